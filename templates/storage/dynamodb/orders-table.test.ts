import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { Match } from 'aws-cdk-lib/assertions';

import { assertAllowed, propertiesOf, synthesize } from './synthesis.ts';

const repository = join(import.meta.dirname, '..', '..', 'src', '{{ cookiecutter.__package }}', 'repository.py');
const stages = synthesize().map((synthesized) => {
  const { stack, template } = synthesized;
  return { synthesized, stack, table: propertiesOf(template, stack.orders.table) };
});

test('the table of orders has the key of the repository', () => {
  const [, AttributeName = ''] = /attribute_not_exists\((\w+)\)/.exec(readFileSync(repository, 'utf8')) ?? [];
  const advice = `the key must be ${AttributeName} alone, which repository.py uses`;
  for (const { table } of stages) {
    assert.deepEqual(table['KeySchema'], [{ AttributeName, KeyType: 'HASH' }], advice);
  }
});

test('the table of orders is protected in production', () => {
  const advice = 'set deletionProtection: true for prod in infra/stages.ts: nobody must delete orders by mistake';
  for (const { stack, table } of stages) {
    assert.ok(table['DeletionProtectionEnabled'] === true || !stack.stackName.endsWith('-prod'), advice);
  }
});

test('orders can be restored', () => {
  const advice = 'turn on point-in-time recovery in infra/orders-table.ts, so that lost orders can be restored';
  for (const { table } of stages) {
    const recovery: object = table['PointInTimeRecoverySpecification'] ?? {};
    assert.ok('PointInTimeRecoveryEnabled' in recovery && recovery.PointInTimeRecoveryEnabled === true, advice);
  }
});

test('the function may use the table of orders', () => {
  // What repository.py does with the table.
  const actions = ['dynamodb:{{ 'BatchGetItem' if cookiecutter.__batches else 'GetItem' }}', 'dynamodb:PutItem'];
  const advice = `grant the function ${actions.join(', ')} on the table of orders, which repository.py calls`;
  for (const { synthesized, stack } of stages) {
    const arn: unknown = stack.resolve(stack.orders.table.tableArn);
    const statement = { Action: Match.arrayWith(actions), Resource: Match.arrayWith([arn]) };
    assert.doesNotThrow(() => {
      assertAllowed(synthesized, stack.service.function, statement);
    }, advice);
  }
});
