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
{% if cookiecutter.__protected_table %}
  /** Whether to refuse to delete the {{ cookiecutter.__protected_table }}. */
  deletionProtection: boolean;
{% endif %}
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
{% if cookiecutter.__protected_table %}
  deletionProtection: false,
{% endif %}
  tags: {},
};

/** The lowest and the highest value of settings that are numbers. */
export const RANGES: Partial<Record<keyof Stage, [number, number]>> = {
  reservedConcurrency: [1, Infinity],
  freeShippingFrom: [0, Infinity],
{% block ranges %}{% endblock %}
};
/** The pattern of settings that are text. */
const PATTERNS: Partial<Record<keyof Stage, RegExp>> = {
  name: /^[a-z][a-z0-9-]{0,8}$/, // part of names whose length is limited
  alarmEmail: /^[^@\s]+@[^@\s]+$/,
  logLevel: /^(TRACE|DEBUG|INFO)$/,
  currency: /^[A-Z]{3}$/,
  keyArn: /^arn:.+$/,
  permissionsBoundaryArn: /^arn:.+$/,
{% block patterns %}{% endblock %}
};

export type Settings = Partial<Stage> & Pick<Stage, 'name' | 'logRetention' | 'trafficShifting'>;

/**
 * Returns a stage; settings that are not given have their defaults.
 *
 * @throws an error that names the stage and the setting, if a value is not valid
 */
export function defineStage(settings: Settings): Stage {
  const stage: Stage = { ...DEFAULTS, ...settings };
  for (const [setting, value] of Object.entries(stage)) {
    const expected = check(setting as keyof Stage, value);
    if (expected) {
      throw new Error(`stage ${stage.name}: ${setting} must be ${expected}, not ${JSON.stringify(value)}`);
    }
  }
  return stage;
}

/** Returns what is expected of `setting`, if `value` is not valid. */
function check(setting: keyof Stage, value: unknown): string | undefined {
  if (value === undefined && !(setting in DEFAULTS)) {
    return undefined;
  }
  if (setting === 'reservedConcurrency' && value === 0) {
{% block stop %}
    return 'at least 1 (to stop the function, set processing to false)';
{% endblock %}
  }
  const { [setting]: range } = RANGES;
  if (range && !(Number.isInteger(value) && range[0] <= Number(value) && Number(value) <= range[1])) {
    return `a whole number from ${String(range[0])}` + (range[1] < Infinity ? ` to ${String(range[1])}` : '');
  }
  const { [setting]: pattern } = PATTERNS;
  return pattern?.test(String(value)) === false ? `text that matches ${pattern.source}` : undefined;
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
{% if cookiecutter.__protected_table %}
    deletionProtection: true,
{% endif %}
    trafficShifting: LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
  }),
];
