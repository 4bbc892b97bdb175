import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('governance', '0005_second_person'),
        ('members', '0003_kept_history'),
        ('reserve', '0005_kept_loans'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='commitment',
            name='transferred_g',
            field=models.BigIntegerField(db_default=0, help_text='what other members took over since'),
        ),
        migrations.AddConstraint(
            model_name='commitment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('transferred_g__gte', 0), ('transferred_g__lt', models.F('quantity_g'))), models.Q(('state', 'closed'), ('transferred_g', models.F('quantity_g'))), _connector='OR'), name='members_commitment_transferred_within'),
        ),
        migrations.CreateModel(
            name='RightsTransfer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('quantity_g', models.BigIntegerField()),
                ('position_g', models.BigIntegerField()),
                ('reason', models.TextField()),
                ('effective_at', models.DateTimeField()),
                ('journal_id', models.BigIntegerField()),
                ('approved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('commitment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transfers', to='members.commitment')),
                ('from_firm', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.firm')),
                ('proposal', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.proposal')),
                ('taken_over_as', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='taken_over_in', to='members.commitment')),
                ('to_firm', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.firm')),
            ],
            options={
                'ordering': ('effective_at', 'id'),
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('quantity_g__gt', 0)), name='members_rightstransfer_quantity_positive'),
                    models.CheckConstraint(condition=models.Q(('position_g__gte', 0), ('position_g__lte', models.F('quantity_g'))), name='members_rightstransfer_position_within'),
                    models.CheckConstraint(condition=models.Q(('from_firm', models.F('to_firm')), _negated=True), name='members_rightstransfer_two_firms'),
                ],
            },
        ),
    ]
