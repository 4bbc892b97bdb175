"""A job may carry the firm whose rows it sees."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial")]
    operations = [
        migrations.AddField(model_name="job", name="firm_id", field=models.UUIDField(null=True)),
    ]
