"""A job names the firm it works for; jobs, attempts and what leaves the house are guarded."""

from django.db import migrations, models

from tenancy.guards import by_firm, by_parent, for_the_reserve_alone, guarded


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial"), ("tenancy", "0001_tenants")]
    operations = [
        migrations.AddField("job", "firm_id", models.UUIDField(null=True)),
        guarded(
            by_firm("jobs_job"),
            by_parent("jobs_jobattempt", "job_id", "jobs_job"),
            for_the_reserve_alone("jobs_outboxevent"),
        ),
    ]
