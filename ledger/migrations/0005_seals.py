"""Seals and verifications: their tables, and the functions that make seals and recompute bytes."""

from pathlib import Path

import django.core.serializers.json
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"
FILES = ("canonical", "seals")


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0004_running_totals'),
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
                ('unknown_count', models.IntegerField()),
                ('findings', models.JSONField(default=list, encoder=django.core.serializers.json.DjangoJSONEncoder)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('unknown_count', 0)), fields=['id'], name='ledger_verification_clean')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['full', 'new'])), name='ledger_verification_kind_known'), models.CheckConstraint(condition=models.Q(('unknown_count__gte', 0), ('finding_count__gte', models.F('unknown_count'))), name='ledger_verification_counts_fit')],
            },
        ),
        migrations.CreateModel(
            name='Alarm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('raised_at', models.DateTimeField()),
                ('raised_by', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='alarm', to='ledger.verification')),
            ],
        ),
        migrations.CreateModel(
            name='AlarmEnd',
            fields=[
                ('alarm', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='end', serialize=False, to='ledger.alarm')),
                ('ended_at', models.DateTimeField()),
                ('acknowledged_by', models.UUIDField(null=True)),
                ('reason', models.CharField(blank=True, max_length=1000)),
                ('verification', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.verification')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('acknowledged_by__isnull', True), ('reason', '')), models.Q(('acknowledged_by__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='ledger_alarmend_reason_of_who')],
            },
        ),
        migrations.RunSQL(
            sql="\n".join((SQL / f"{name}.sql").read_text(encoding="utf-8") for name in FILES),
            reverse_sql=(SQL / "drop_seals.sql").read_text(encoding="utf-8"),
        ),
    ]
