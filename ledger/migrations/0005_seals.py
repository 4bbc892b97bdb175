"""Seals and verifications: their tables, and the functions that make seals and recompute bytes."""

from pathlib import Path

import django.core.serializers.json
import django.db.models.expressions
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"
FILES = ("canonical", "seals", "schedules")


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0003_settled_journals'),
        ('jobs', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False)),
                ('first_journal', models.BigIntegerField()),
                ('last_journal', models.BigIntegerField()),
                ('journal_count', models.BigIntegerField()),
                ('version', models.SmallIntegerField()),
                ('sealed_at', models.DateTimeField()),
                ('root', models.BinaryField()),
                ('previous_hash', models.BinaryField()),
                ('hash', models.BinaryField()),
                ('journal_ids', models.BinaryField()),
                ('leaf_hashes', models.BinaryField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('first_journal',), name='ledger_seal_first_unique'), models.UniqueConstraint(fields=('last_journal',), name='ledger_seal_last_unique'), models.UniqueConstraint(fields=('previous_hash',), name='ledger_seal_previous_unique'), models.UniqueConstraint(fields=('hash',), name='ledger_seal_hash_unique'), models.CheckConstraint(condition=models.Q(('number__gte', 1), ('journal_count__gte', 1), ('last_journal__gte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('first_journal'), '+', models.F('journal_count')), '-', models.Value(1)))), name='ledger_seal_range_holds_count')],
            },
        ),
        migrations.CreateModel(
            name='Verification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('full', 'Full'), ('new', 'New')], max_length=4)),
                ('started_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField()),
                ('verified_journal', models.BigIntegerField()),
                ('finding_count', models.IntegerField()),
                ('findings', models.JSONField(default=list, encoder=django.core.serializers.json.DjangoJSONEncoder)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('finding_count', 0)), fields=['id'], name='ledger_verification_clean')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['full', 'new'])), name='ledger_verification_kind_known'), models.CheckConstraint(condition=models.Q(('finding_count__gte', 0)), name='ledger_verification_count_positive')],
            },
        ),
        migrations.RunSQL(
            sql="\n".join((SQL / f"{name}.sql").read_text(encoding="utf-8") for name in FILES),
            reverse_sql=(SQL / "drop_seals.sql").read_text(encoding="utf-8"),
        ),
    ]
