// The stages of the service; each is deployed as a stack of its own.

import { type ILambdaDeploymentConfig, LambdaDeploymentConfig } from 'aws-cdk-lib/aws-codedeploy';
import { ApplicationLogLevel } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** The configuration of a stage. */
export interface Stage {
  /** The end of the names of the stack and the function. */
  name: string;
  logRetention: RetentionDays;
  /** How CodeDeploy shifts traffic to a new version. */
  trafficShifting: ILambdaDeploymentConfig;
  /** Whether an alarm stops a deployment and rolls it back; `false` deploys a fix while an alarm is active. */
  rollBack: boolean;
  /** Email address for alarm notifications; the recipient must confirm the subscription. */
  alarmEmail?: string;
  /** TRACE, DEBUG, or INFO: metrics are logged at INFO, so a higher level would drop them. */
  logLevel: ApplicationLogLevel;
  /** Reserved concurrency of the function; without it, the function shares the concurrency of the account. */
  reservedConcurrency?: number;
{% if cookiecutter.__snap_start %}
  /** Whether to turn on SnapStart, which shortens cold starts at an additional cost. */
  snapStart: boolean;
{% endif %}
{% block settings required %}{% endblock %}
  /** ISO 4217 currency code of the prices. */
  currency: string;
  /** Order value from which standard delivery is free, in minor units of the currency (cents). */
  freeShippingFrom: number;
  /** ARN of a customer managed KMS key that encrypts stored data; without it, AWS keys do. */
  keyArn?: string;
  /** ARN of the permissions boundary of all roles. */
  permissionsBoundaryArn?: string;
  /** Tags of all resources. */
  tags: Record<string, string>;
}

const DEFAULTS = {
  rollBack: true,
  logLevel: ApplicationLogLevel.INFO,
{% if cookiecutter.__snap_start %}
  snapStart: false,
{% endif %}
{% block defaults required %}{% endblock %}
  currency: 'EUR',
  freeShippingFrom: 5000,
  tags: {},
};

export type Settings = Partial<Stage> & Pick<Stage, 'name' | 'logRetention' | 'trafficShifting'>;

/**
 * Returns a stage; settings that are not given have their defaults.
 *
 * @throws an error that names the stage and the setting, if a value is not valid
 */
export function defineStage(settings: Settings): Stage {
  const stage: Stage = { ...DEFAULTS, ...settings };
  for (const [setting, isValid, expected] of rules(stage)) {
    if (!isValid) {
      throw new Error(`stage ${stage.name}: ${setting} must be ${expected}, not ${JSON.stringify(stage[setting])}`);
    }
  }
  return stage;
}

/** Returns the settings that are limited, whether their values are valid, and what is expected. */
function rules(stage: Stage): [keyof Stage, boolean, string][] {
  return [
    ['name', matches(stage.name, /^[a-z][a-z0-9-]{0,10}$/), 'up to 11 lowercase letters, digits, and hyphens'],
    ['alarmEmail', matches(stage.alarmEmail, /^[^@\s]+@[^@\s]+$/), 'an email address'],
    ['logLevel', matches(stage.logLevel, /^(TRACE|DEBUG|INFO)$/), 'INFO or lower'],
    ['reservedConcurrency', isWithin(stage.reservedConcurrency, 0), 'a whole number'],
{% block rules %}{% endblock %}
    ['currency', matches(stage.currency, /^[A-Z]{3}$/), 'an ISO 4217 code'],
    ['freeShippingFrom', isWithin(stage.freeShippingFrom, 0), 'a whole number'],
    ['keyArn', matches(stage.keyArn, /^arn:.+$/), 'an ARN'],
    ['permissionsBoundaryArn', matches(stage.permissionsBoundaryArn, /^arn:.+$/), 'an ARN'],
  ];
}

/** Returns whether `value` matches `pattern`, or is not given. */
function matches(value: string | undefined, pattern: RegExp): boolean {
  return value === undefined || pattern.test(value);
}

/** Returns whether `value` is a whole number from `minimum` to `maximum`, or is not given. */
function isWithin(value: number | undefined, minimum: number, maximum = Infinity): boolean {
  return value === undefined || (Number.isInteger(value) && minimum <= value && value <= maximum);
}

export const STAGES = [
  defineStage({
    name: 'dev',
    logRetention: RetentionDays.TWO_WEEKS,
    trafficShifting: LambdaDeploymentConfig.ALL_AT_ONCE,
  }),
  defineStage({
    name: 'prod',
    logRetention: RetentionDays.ONE_YEAR,
    trafficShifting: LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
  }),
];
