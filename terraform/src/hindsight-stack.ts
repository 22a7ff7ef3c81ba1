import type { Registry } from '@hindsight/domain';
import { stateMachineDefinition, type FunctionName } from '@hindsight/workflow';
import { AwsProvider, DataAwsCallerIdentity, TerraformOutput, TerraformStack, type Construct } from './aws';
import type { Bundles } from './bundles';
import { Alarms } from './constructs/alarms';
import { Dashboard } from './constructs/dashboard';
import { DeadLetters } from './constructs/dead-letters';
import { EncryptionKey } from './constructs/encryption-key';
import { EventIntake, ruleArns } from './constructs/event-intake';
import { EventLogTable } from './constructs/event-log-table';
import { GatewayFunction } from './constructs/gateway-function';
import { HttpApi } from './constructs/http-api';
import { StateMachine } from './constructs/state-machine';
import { Indexing, ViewsTable } from './constructs/views';
import { WorkflowFunctions } from './constructs/workflow-functions';
import { deploymentOf, type Deployment } from './naming';
import type { Settings, Stage } from './settings';
import { keepState } from './state';

export interface HindsightStackOptions {
  readonly settings: Settings;
  /** The event types to deploy. */
  readonly registry: Registry;
  readonly bundles: Bundles;
}

/** All of Hindsight in one account and region. */
export class HindsightStack extends TerraformStack {
  constructor(scope: Construct, stage: Stage, { settings, registry, bundles }: HindsightStackOptions) {
    super(scope, stage);
    keepState(this, stage, settings);
    new AwsProvider(this, 'aws', {
      region: settings.region,
      ...(settings.account !== undefined && { allowedAccountIds: [settings.account] }),
      defaultTags: [{ tags: { Application: 'hindsight', Stage: stage, ...settings.tags } }],
    });
    const plain = deploymentOf(stage, settings, new DataAwsCallerIdentity(this, 'account').accountId);
    const key = settings.encryption === 'customer' ? new EncryptionKey(this, 'key', plain) : undefined;
    const deployment: Deployment = { ...plain, ...(key && { keyArn: key.arn }) };

    const table = new EventLogTable(this, 'log', deployment);
    const views = new ViewsTable(this, 'views', deployment);
    const deadLetters = new DeadLetters(this, 'dead-letters', deployment, ruleArns(deployment));
    const bundle = bundles.gateway;
    const [express, standard] = ['append', 'append-async'];
    const gateway = new GatewayFunction(this, 'gateway', deployment, {
      bundle,
      table,
      views,
      express,
      standard,
    });
    const functions = new WorkflowFunctions(this, 'tasks', deployment, {
      bundles,
      table,
      deadLetters,
      gateway,
    });
    const indexing = new Indexing(this, 'indexing', deployment, {
      ...{ bundles, log: table, views, deadLetters, gateway },
    });
    const arnOf = (name: FunctionName) => functions.get(name).arn;
    const definition = stateMachineDefinition(registry, arnOf, indexing.busName);
    const machine = (type: StateMachine['type'], name: string) =>
      new StateMachine(this, name, deployment, { type, name, definition, functions, table, indexing });
    const machines = [machine('EXPRESS', express), machine('STANDARD', standard)] as const;
    const api = new HttpApi(this, 'http', deployment, gateway);
    const intake = new EventIntake(this, 'intake', deployment, { machine: machines[1], deadLetters });
    const namespace = deployment.name();
    const watched = { namespace, api, gateway, functions, machines, table, deadLetters, intake, indexing };
    const alarms = new Alarms(this, 'alarms', deployment, watched);
    const dashboard = new Dashboard(this, 'dashboard', deployment, watched);

    this.#outputs({
      apiUrl: api.url,
      apiId: api.id,
      tableName: table.name,
      tableArn: table.arn,
      tableStreamArn: table.streamArn,
      viewsTableName: views.name,
      recordedEventsBusName: indexing.busName,
      recordedEventsBusArn: indexing.busArn,
      stateMachineArn: machines[0].arn,
      asyncStateMachineArn: machines[1].arn,
      gatewayFunctionArn: gateway.arn,
      eventBusName: intake.busName,
      eventBusArn: intake.busArn,
      deadLetterQueueUrl: deadLetters.url,
      dashboardName: dashboard.name,
      ...(alarms.topicArn !== undefined && { alarmTopicArn: alarms.topicArn }),
    });
  }

  #outputs(values: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(values)) {
      new TerraformOutput(this, name, { value, staticId: true });
    }
  }
}
