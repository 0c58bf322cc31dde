"""The stack, synthesized: `npx aws-cdk@2 deploy` runs this file."""

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks

from infra.config import Config
from infra.stack import SchedulerXStack
from schedulerx.settings import environment

app = App()
SchedulerXStack(app, Config.from_context(app.node, environment(dotenv=None)))
Validations.of(app).add_plugins(AwsSolutionsChecks(app))
app.synth()
