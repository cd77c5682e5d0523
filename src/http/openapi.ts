// OpenAPI document and page. Public: they describe the product, not an account.
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { cleanupOpenApiDoc } from 'nestjs-zod';
import { refusals, type RefusalRow } from '../refusals';

/** Built when it is first asked for: it would only slow down the start. Who knows only the address is led there. */
export function serveOpenApi(app: NestFastifyApplication, version: string): void {
  let built: OpenAPIObject | undefined;
  app
    .getHttpAdapter()
    .getInstance()
    .get('/', (_, reply) => reply.redirect('/docs'));
  SwaggerModule.setup('docs', app, () => (built ??= openApi(app, version)), {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    customSiteTitle: 'Strata',
  });
}

export function openApi(app: NestFastifyApplication, version: string): OpenAPIObject {
  const description = [
    'Event-sourced CRM: exact backups, planned restores, an audit log. CRM data has the shapes of HubSpot’s v3 API.',
    '',
    'Refusals, in the shape of `Error`:',
    '',
    '| code | status | category | message |',
    '| --- | --- | --- | --- |',
    ...refusalRows(),
  ].join('\n');
  const config = new DocumentBuilder()
    .setTitle('Strata')
    .setVersion(version)
    .setDescription(description)
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', description: 'Token of a session or an API key' },
      'token',
    )
    .addGlobalResponse({ status: 'default' as never, description: 'A refusal', schema: errorRef })
    .build();
  const document = cleanupOpenApiDoc(SwaggerModule.createDocument(app, config));
  for (const path of Object.values(document.paths))
    for (const method of METHODS) if (path[method]) nameErrors(path[method]);
  document.components = { ...document.components };
  document.components.schemas = { ...document.components.schemas, Error: errorSchema };
  return document;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

/** The errors that a route can have by what it takes; what is particular to it is in `default`. */
function nameErrors({ parameters = [], requestBody, security = [], responses }: Operation): void {
  const isPublic = security.some((one) => Object.keys(one).length === 0);
  const inPath = parameters.some((one) => 'in' in one && one.in === 'path');
  const named = {
    ...((requestBody || parameters.length > 0) && { 400: 'What was sent is not valid' }),
    ...(!isPublic && { 401: 'The token is missing or not valid', 403: 'This is not allowed to the caller' }),
    ...(inPath && { 404: 'There is nothing of that name' }),
    ...(requestBody && { 409: 'It does not fit the state that things are in', 413: 'The body is too large' }),
  };
  for (const [status, description] of Object.entries(named))
    responses[status] = { description, content: { 'application/json': { schema: errorRef } } };
}

/** Rows of the table that README and OpenAPI show. */
export function refusalRows(): string[] {
  return Object.entries(refusals).map(([code, row]: [string, RefusalRow]) => {
    const category = row.subCategory ? `${row.category} / ${row.subCategory}` : row.category;
    return `| \`${code}\` | ${row.status} | ${category} | ${row.message} |`;
  });
}

const errorRef = { $ref: '#/components/schemas/Error' };
const text = { type: 'string' };
const context = { type: 'object', additionalProperties: { type: 'array', items: text } };

const errorSchema = {
  type: 'object',
  required: ['status', 'message', 'correlationId', 'category'],
  properties: {
    status: { type: 'string', enum: ['error'] },
    message: text,
    correlationId: { type: 'string', format: 'uuid' },
    category: { type: 'string', enum: [...new Set(Object.values(refusals).map((row) => row.category))] },
    subCategory: text,
    errors: {
      type: 'array',
      items: { type: 'object', properties: { message: text, code: text, in: text, context } },
    },
    context,
  },
};
