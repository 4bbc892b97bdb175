"""Running totals of the accounts, how they are kept and how balances are read from them."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent / "sql"
FILES = ("roll_up", "balances", "totals_privileges")


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0003_settled_journals'),
    ]

    operations = [
        migrations.CreateModel(
            name='AccountCell',
            fields=[
                ('pk', models.CompositePrimaryKey('account_id', 'level', 'start', blank=True, editable=False, primary_key=True, serialize=False)),
                ('account_id', models.BigIntegerField()),
                ('level', models.SmallIntegerField()),
                ('start', models.DateTimeField()),
                ('received', models.DecimalField(decimal_places=0, max_digits=40)),
                ('given', models.DecimalField(decimal_places=0, max_digits=40)),
                ('entries', models.BigIntegerField()),
                ('is_split', models.BooleanField()),
            ],
        ),
        migrations.CreateModel(
            name='AccountTotal',
            fields=[
                ('account_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('received', models.DecimalField(decimal_places=0, max_digits=40)),
                ('given', models.DecimalField(decimal_places=0, max_digits=40)),
                ('pending_in', models.DecimalField(decimal_places=0, max_digits=40)),
                ('pending_out', models.DecimalField(decimal_places=0, max_digits=40)),
                ('entries', models.BigIntegerField()),
                ('depth', models.SmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='RollUp',
            fields=[
                ('id', models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('journal_id', models.BigIntegerField(default=0)),
                ('rolled_up_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='ledger_rollup_one_row')],
            },
        ),
        migrations.CreateModel(
            name='UntimelyEntry',
            fields=[
                ('pk', models.CompositePrimaryKey('account_id', 'recorded_at', 'transfer_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('account_id', models.BigIntegerField()),
                ('recorded_at', models.DateTimeField()),
                ('transfer_id', models.BigIntegerField()),
                ('effective_at', models.DateTimeField()),
                ('moved', models.BigIntegerField()),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('effective_at__gt', models.F('recorded_at'))), fields=['account_id', 'effective_at'], name='ledger_untimelyentry_early')],
            },
        ),
        migrations.RunSQL(
            sql="\n".join((SQL / f"{name}.sql").read_text(encoding="utf-8") for name in FILES),
            reverse_sql=(SQL / "drop_totals.sql").read_text(encoding="utf-8"),
        ),
    ]
