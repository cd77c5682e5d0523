// Strata's own OpenAPI document, read as a client would read it: every operation, and a request that fits it.
import type { AccessRule } from '../../src/http/access';

export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly minimum?: number;
  readonly format?: string;
  readonly pattern?: string;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
}

interface Response {
  readonly $ref?: string;
  readonly description: string;
}

interface Described {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, Response>>;
  readonly security: readonly object[];
  readonly 'x-access': AccessRule | 'public';
}

export interface OpenApi {
  readonly info: { readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    /** Refusals that operations share. */
    readonly responses: Readonly<Record<string, Response>>;
    readonly securitySchemes: object;
  };
}

export interface Operation extends Described {
  readonly method: string;
  readonly path: string;
}

export class ApiDocument {
  private constructor(readonly json: OpenApi) {}

  static of({ url }: { readonly url: string }): Promise<ApiDocument> {
    return ApiDocument.at(url);
  }

  /** The document of the server at a URL. */
  static async at(url: string): Promise<ApiDocument> {
    return new ApiDocument((await (await fetch(`${url}/openapi.json`)).json()) as OpenApi);
  }

  get operations(): readonly Operation[] {
    return Object.entries(this.json.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, described]) => ({
        ...described,
        method: method.toUpperCase(),
        path,
      })),
    );
  }

  /** The schema itself, or the one that it refers to. */
  resolved(schema: Schema): Schema {
    return schema.$ref ? this.json.components.schemas[schema.$ref.split('/').at(-1)!]! : schema;
  }

  /** The answer itself, or the one that others share and it refers to. */
  responseOf({ responses }: Described, status: number): Response {
    const response = responses[status]!;
    return response.$ref ? this.json.components.responses[response.$ref.split('/').at(-1)!]! : response;
  }

  /** The schema of an operation's JSON body; undefined where it has none. */
  bodyOf({ requestBody }: Described): Schema | undefined {
    const schema = requestBody?.content['application/json']?.schema;
    return schema && this.resolved(schema);
  }
}
