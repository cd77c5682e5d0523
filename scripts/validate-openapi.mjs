// Checks an OpenAPI document with two validators of others: `node scripts/validate-openapi.mjs FILE`. Prints what is wrong.
import { readFileSync } from 'node:fs';
import { createConfig, lint } from '@redocly/openapi-core';
import { Validator } from '@seriousme/openapi-schema-validator';

const [file] = process.argv.slice(2);
const rules = [
  ...['struct', 'no-unresolved-refs', 'operation-operationId-unique', 'path-parameters-defined'],
  ...['security-defined', 'no-identical-paths', 'operation-parameters-unique'],
  ...['no-enum-type-mismatch', 'no-duplicated-tag-names'],
];
// Answers may have more fields than their schemas: they are added to.
const examples = { severity: 'error', allowAdditionalProperties: true };
const config = await createConfig({
  rules: {
    ...Object.fromEntries(rules.map((rule) => [rule, 'error'])),
    'no-invalid-media-type-examples': examples,
  },
});
const told = [];
for (const { ruleId, message, location } of await lint({ ref: file, config }))
  told.push(`redocly: ${ruleId}: ${message} at ${location[0]?.pointer}`);

const { valid, errors } = await new Validator().validate(JSON.parse(readFileSync(file, 'utf8')));
if (!valid) told.push(`openapi-schema-validator: ${JSON.stringify(errors)}`);

for (const line of told) process.stdout.write(`${line}\n`);
process.exitCode = told.length === 0 ? 0 : 1;
