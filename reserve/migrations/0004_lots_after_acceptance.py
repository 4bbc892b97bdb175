import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('governance', '0005_second_person'),
        ('reserve', '0003_kept_history'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='lot',
            name='reserve_lot_state_known',
        ),
        migrations.RemoveConstraint(
            model_name='lot',
            name='reserve_lot_accepted_is_complete',
        ),
        migrations.RemoveConstraint(
            model_name='lot',
            name='reserve_lot_paid_if_accepted',
        ),
        migrations.AddField(
            model_name='lot',
            name='split_from',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='reserve.lot'),
        ),
        migrations.AlterField(
            model_name='lot',
            name='state',
            field=models.CharField(choices=[('quarantined', 'Quarantined'), ('accepted', 'Accepted'), ('rejected', 'Rejected'), ('in_transit', 'In Transit'), ('stopped', 'Stopped'), ('split', 'Split'), ('written_off', 'Written Off')], default='quarantined', max_length=12),
        ),
        migrations.AddConstraint(
            model_name='lot',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('quarantined', 'accepted', 'rejected', 'in_transit', 'stopped', 'split', 'written_off'))), name='reserve_lot_state_known'),
        ),
        migrations.AddConstraint(
            model_name='lot',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['quarantined', 'rejected']), models.Q(('accepted_at__isnull', False), ('accepted_by__isnull', False), ('value_cents__gte', 0)), _connector='OR'), name='reserve_lot_accepted_is_complete'),
        ),
        migrations.AddConstraint(
            model_name='lot',
            constraint=models.CheckConstraint(condition=models.Q(('payment__isnull', True), models.Q(('state__in', ['quarantined', 'rejected']), _negated=True), _connector='OR'), name='reserve_lot_paid_if_accepted'),
        ),
        migrations.CreateModel(
            name='AlliedCountries',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('effective_from', models.DateField()),
                ('countries', models.JSONField(help_text='two-letter ISO 3166 codes, in order')),
                ('reason', models.TextField()),
                ('approved_at', models.DateTimeField()),
                ('approved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-effective_from',),
                'constraints': [models.UniqueConstraint(fields=('effective_from',), name='reserve_alliedcountries_one_per_day')],
            },
        ),
        migrations.CreateModel(
            name='LotAssay',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('assayed_on', models.DateField()),
                ('element', models.CharField(max_length=20)),
                ('percent', models.DecimalField(decimal_places=6, max_digits=9)),
                ('replaced_element', models.CharField(max_length=20)),
                ('replaced_percent', models.DecimalField(decimal_places=6, max_digits=9)),
                ('is_within_tolerance', models.BooleanField()),
                ('recorded_at', models.DateTimeField()),
                ('document', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='assay', to='reserve.lotdocument')),
                ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assays', to='reserve.lot')),
                ('policy_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.policyversion')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('recorded_at', 'id'),
                'constraints': [models.CheckConstraint(condition=models.Q(('percent__gte', 0), ('percent__lte', 100)), name='reserve_lotassay_is_percent')],
            },
        ),
        migrations.CreateModel(
            name='LotMove',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('departed_g', models.BigIntegerField()),
                ('departed_at', models.DateTimeField()),
                ('departure_journal_id', models.BigIntegerField()),
                ('arrived_g', models.BigIntegerField(blank=True, null=True)),
                ('arrived_at', models.DateTimeField(blank=True, null=True)),
                ('state', models.CharField(choices=[('departed', 'Departed'), ('short', 'Short'), ('closed', 'Closed')], default='departed', max_length=10)),
                ('arrived_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('departed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('from_facility', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reserve.facility')),
                ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='reserve.lot')),
                ('to_facility', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reserve.facility')),
            ],
            options={
                'ordering': ('departed_at', 'id'),
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'departed')), fields=('lot',), name='reserve_lotmove_one_under_way'), models.CheckConstraint(condition=models.Q(('state__in', ['departed', 'short', 'closed'])), name='reserve_lotmove_state_known'), models.CheckConstraint(condition=models.Q(('from_facility', models.F('to_facility')), _negated=True), name='reserve_lotmove_two_places'), models.CheckConstraint(condition=models.Q(('departed_g__gt', 0)), name='reserve_lotmove_departed_positive'), models.CheckConstraint(condition=models.Q(models.Q(('arrived_g__isnull', True), ('state', 'departed')), models.Q(('arrived_at__isnull', False), ('arrived_g__gte', 0), ('arrived_g__lte', models.F('departed_g')), ('state__in', ['short', 'closed'])), _connector='OR'), name='reserve_lotmove_arrived_within')],
            },
        ),
        migrations.CreateModel(
            name='LotStop',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('quantity_g', models.BigIntegerField()),
                ('reason', models.TextField()),
                ('stopped_at', models.DateTimeField()),
                ('journal_id', models.BigIntegerField(blank=True, null=True)),
                ('released_at', models.DateTimeField(blank=True, null=True)),
                ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stops', to='reserve.lot')),
                ('released_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('stopped_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('stopped_at', 'id'),
                'constraints': [models.UniqueConstraint(condition=models.Q(('released_at__isnull', True)), fields=('lot',), name='reserve_lotstop_one_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('journal_id__isnull', True), ('quantity_g', 0)), models.Q(('journal_id__isnull', False), ('quantity_g__gt', 0)), _connector='OR'), name='reserve_lotstop_moved_what_it_says'), models.CheckConstraint(condition=models.Q(('released_by__isnull', True), models.Q(('released_by', models.F('stopped_by')), _negated=True), _connector='OR'), name='reserve_lotstop_released_by_other')],
            },
        ),
        migrations.CreateModel(
            name='StockCount',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('counted_g', models.BigIntegerField()),
                ('book_g', models.BigIntegerField()),
                ('counted_at', models.DateTimeField()),
                ('note', models.TextField(blank=True)),
                ('recorded_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('within_tolerance', 'Within Tolerance'), ('differs', 'Differs'), ('adjusted', 'Adjusted')], max_length=20)),
                ('adjusted_at', models.DateTimeField(blank=True, null=True)),
                ('adjustment_journal_id', models.BigIntegerField(blank=True, null=True)),
                ('adjusted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('facility', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stock_counts', to='reserve.facility')),
                ('material', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stock_counts', to='reserve.material')),
                ('policy_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.policyversion')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('counted_at', 'id'),
                'constraints': [models.UniqueConstraint(fields=('facility', 'material', 'counted_at'), name='reserve_stockcount_one_per_moment'), models.CheckConstraint(condition=models.Q(('state__in', ['within_tolerance', 'differs', 'adjusted'])), name='reserve_stockcount_state_known'), models.CheckConstraint(condition=models.Q(('book_g__gte', 0), ('counted_g__gte', 0)), name='reserve_stockcount_not_negative'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'adjusted'), _negated=True), models.Q(('adjusted_at__isnull', False), ('adjusted_by__isnull', False), ('adjustment_journal_id__isnull', False)), _connector='OR'), name='reserve_stockcount_adjusted_is_complete')],
            },
        ),
        migrations.CreateModel(
            name='StockLoss',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('quantity_g', models.BigIntegerField()),
                ('value_cents', models.BigIntegerField()),
                ('reason', models.TextField()),
                ('effective_at', models.DateTimeField()),
                ('journal_id', models.BigIntegerField()),
                ('approved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('facility', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reserve.facility')),
                ('lot', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='losses', to='reserve.lot')),
                ('material', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='losses', to='reserve.material')),
                ('move', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='loss', to='reserve.lotmove')),
                ('proposal', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.proposal')),
                ('stock_count', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='loss', to='reserve.stockcount')),
            ],
            options={
                'ordering': ('effective_at', 'id'),
                'constraints': [models.CheckConstraint(condition=models.Q(('quantity_g__gt', 0), ('value_cents__gte', 0)), name='reserve_stockloss_positive'), models.CheckConstraint(condition=models.Q(models.Q(('lot__isnull', False), ('stock_count__isnull', True)), models.Q(('lot__isnull', True), ('move__isnull', True), ('stock_count__isnull', False)), _connector='OR'), name='reserve_stockloss_one_cause')],
            },
        ),
    ]
