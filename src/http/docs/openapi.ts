// Makes the OpenAPI document from routes, bodies and the table of refusals.
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { cleanupOpenApiDoc } from 'nestjs-zod';
import { ACCESS, type AccessRule } from '../access';
import { datedOf } from '../front/dated';
import { addAnswers } from './answers';
import { needs } from './needs';
import { errorRef, errorSchema } from './refusals';

export function openApi(app: NestFastifyApplication, version: string): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Strata')
    .setVersion(version)
    .setDescription(
      'Event-sourced CRM: exact backups, planned restores, an audit log. CRM data has the shapes of HubSpot’s v3 API. ' +
        'Authorize with the token of `POST /auth/v1/login` or an API key. Refusals have the shape of `Error`, whose ' +
        'description lists them all. HubSpot’s dated versions are other addresses of the same routes; an operation ' +
        'lists its own as `x-dated`.',
    )
    .setLicense('Unlicensed', '')
    .addServer('/')
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', description: 'Token of a session or an API key' },
      'token',
    )
    .addCookieAuth(
      '__Host-strata-session',
      { type: 'apiKey', in: 'cookie', description: 'A session; without TLS its name is strata-session' },
      'cookie',
    )
    .addApiKey(
      { type: 'apiKey', in: 'header', name: 'X-Strata-CSRF', description: 'Of the session in the cookie' },
      'csrf',
    )
    .addGlobalResponse({ status: 'default' as never, description: 'A refusal', schema: errorRef })
    .build();
  const document = cleanupOpenApiDoc(SwaggerModule.createDocument(app, config), { version: '3.1' });
  for (const [path, operations] of Object.entries(document.paths))
    for (const method of METHODS) if (operations[method]) complete(method, operations[method], datedOf(path));
  document.components = { ...document.components };
  document.components.schemas = { ...document.components.schemas, Error: errorSchema };
  addAnswers(document);
  return document;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

/**
 * Adds what routes of one kind have in common: the headers that they read, what they ask of the caller, and the dated
 * addresses that they are served under.
 */
function complete(method: (typeof METHODS)[number], operation: Operation, dated: readonly string[]): void {
  if (dated.length > 0) Object.assign(operation, { 'x-dated': dated });
  const { security = [] } = operation;
  const isPublic = security.some((one) => Object.keys(one).length === 0);
  const reads = method === 'get';
  const parameters = (operation.parameters ??= []);
  if (!isPublic) operation.security = [...security, { cookie: [], ...(!reads && { csrf: [] }) }];
  if (!isPublic) parameters.push(reads ? strataAfter : idempotencyKey);
  const rule = (operation as { [ACCESS]?: AccessRule | 'public' })[ACCESS] ?? 'public';
  operation.description = [operation.description, needs(rule)].filter(Boolean).join('\n\n');
}

const header = (name: string, schema: object, description: string): Parameter => ({
  ...{ name, in: 'header', required: false, schema, description },
});
type Parameter = Exclude<NonNullable<Operation['parameters']>[number], { $ref: string }>;

const strataAfter = header(
  'X-Strata-After',
  { type: 'string', pattern: '^\\d{1,19}$' },
  'Answer from a state that has applied the log up to this position. An answer that lacks events that this process knows of says in X-Strata-Behind how many, or at least how many',
);
const idempotencyKey = header(
  'Idempotency-Key',
  { type: 'string', minLength: 1, maxLength: 255 },
  'Makes a repeat within 24 h harmless',
);
