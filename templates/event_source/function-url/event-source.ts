// The event source: a function URL.

import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

import type { AlarmTopic } from './alarms.ts';
import { graph } from './dashboard.ts';
import type { ServiceProps } from './function.ts';

// What pages of other origins may send.
const METHODS = [lambda.HttpMethod.GET, lambda.HttpMethod.POST];
const HEADERS = ['authorization', 'content-type', {{ "'idempotency-key', " if cookiecutter.idempotency else '' }}'x-amz-date', 'x-amz-security-token'];

/** A function URL, which invokes the alias. */
export class EventSource extends Construct {
  /** Alarms that stop a deployment as well. */
  readonly rollbackAlarms: cloudwatch.Alarm[] = [];
  readonly url: lambda.FunctionUrl;
  private readonly function: lambda.Function;

  constructor(scope: Construct, id: string, { stage, service }: ServiceProps) {
    super(scope, id);
    this.function = service.function;
    this.url = new lambda.FunctionUrl(this, 'Url', {
      function: service.alias,
      authType: lambda.FunctionUrlAuthType.AWS_IAM, // with NONE, the URL is open to everyone
      cors: stage.corsOrigins ? cors(stage.corsOrigins) : undefined,
    });
    const description = 'The function URL; requests must be signed.';
    new CfnOutput(Stack.of(this), 'FunctionUrl', { description, value: this.url.url });
  }

  /** Adds alarms for server errors and slow responses. */
  addAlarms(topic: AlarmTopic): void {
    const serverErrors = topic.addAlarm('ServerErrors', this.function.metric('Url5xxCount', { statistic: 'Sum' }), {
      description: "The function URL returned a 5xx error; see the function's log.",
      threshold: 1,
    });
    this.rollbackAlarms.push(serverErrors);
    topic.addAlarm('Latency', this.function.metric('UrlRequestLatency', { statistic: 'Average' }), {
      description: 'The average latency of the function URL has been at least 3 seconds for 5 minutes.',
      threshold: 3000, // milliseconds
      minutes: 5,
    });
  }

  /** Returns the graphs for the dashboard. */
  graphs(): cloudwatch.GraphWidget[] {
    const requests = ['UrlRequestCount', 'Url4xxCount', 'Url5xxCount'].map((name) =>
      this.function.metric(name, { statistic: 'Sum' }),
    );
    const latencies = ['Average', 'Maximum'].map((statistic) =>
      this.function.metric('UrlRequestLatency', { statistic, label: statistic }),
    );
    return [graph('Requests', ...requests), graph('Latency (ms)', ...latencies)];
  }
}

function cors(origins: string): lambda.FunctionUrlCorsOptions {
  return {
    allowedOrigins: origins.split(','),
    allowedMethods: METHODS,
    allowedHeaders: HEADERS,
    maxAge: Duration.minutes(10), // how long a browser keeps the response to a preflight request
  };
}
