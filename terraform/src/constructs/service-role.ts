import { Construct, IamRole, IamRolePolicy } from '../aws';
import type { Deployment } from '../naming';
import { resourcePolicy, rolePolicy, type Statement } from '../policy';

export interface ServiceRoleOptions {
  readonly name: string;
  /** The AWS service that assumes the role, such as lambda.amazonaws.com. */
  readonly service: string;
  readonly statements: readonly Statement[];
  /** Prevents the confused deputy: the service can't use the role on behalf of another account. */
  readonly sourceAccount?: string;
}

/** A role for one function or machine, with inline policies only. */
export class ServiceRole extends Construct {
  readonly arn: string;
  /**
   * Resources that use the role depend on this: AWS checks some permissions when a function or machine is
   * created.
   */
  readonly policy: IamRolePolicy;

  constructor(scope: Construct, id: string, deployment: Deployment, options: ServiceRoleOptions) {
    super(scope, id);
    const { name, service, statements, sourceAccount } = options;
    const trust = {
      sid: 'Assume',
      actions: ['sts:AssumeRole'],
      resources: [],
      principal: { Service: service },
      ...(sourceAccount !== undefined && {
        condition: { StringEquals: { 'aws:SourceAccount': sourceAccount } },
      }),
    };
    const { region, rolePath, permissionsBoundary } = deployment.settings;
    const role = new IamRole(this, 'role', {
      // Roles belong to the account, not to a region: two regions would claim the same name.
      name: deployment.name(`${name}-${region}`),
      path: rolePath,
      ...(permissionsBoundary !== undefined && { permissionsBoundary }),
      description: `Hindsight ${deployment.stage}: ${name}`,
      // A trust policy has no resource: it is the role's.
      assumeRolePolicy: resourcePolicy([trust]).replace('"Resource":[],', ''),
    });
    this.policy = new IamRolePolicy(this, 'policy', {
      name,
      role: role.name,
      policy: rolePolicy(statements),
    });
    this.arn = role.arn;
  }
}
