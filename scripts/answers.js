// Writes openapi/answers.json: the schema of every answer, as the types of the controllers' methods say it, and the codes
// of the refusals that each can end with. With `--check`
// it only says whether the file is as it would write it. Types are the one source: an answer that is shaped otherwise
// changes its schema with it.
const { existsSync, mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const ts = require('typescript');
const { refusalReach } = require('./refusal-reach');

const FILE = 'openapi/answers.json';
const METHODS = new Set(['Get', 'Post', 'Put', 'Patch', 'Delete']);
const root = join(__dirname, '..');

const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
const parsed = ts.parseJsonConfigFileContent({ ...config, include: ['src'] }, ts.sys, root);
const program = ts.createProgram(parsed.fileNames, { ...parsed.options, noEmit: true });
const checker = program.getTypeChecker();

/** Schemas of types that have a name, by that name. */
const schemas = {};
const nameOfType = new Map();
/** Names of the schemas of bodies. */
const bodies = new Set();
const F = ts.TypeFlags;

/** The name of an interface or an alias of ours, without type arguments; undefined for all other types. */
function nameOf(type) {
  const symbol = type.aliasSymbol ?? (type.getFlags() & F.Object ? type.symbol : undefined);
  if (!symbol || (type.aliasSymbol ? type.aliasTypeArguments : checker.getTypeArguments(type))?.length)
    return undefined;
  const [declared] = symbol.declarations ?? [];
  const isNamed =
    declared &&
    (ts.isInterfaceDeclaration(declared) ||
      ts.isTypeAliasDeclaration(declared) ||
      ts.isClassDeclaration(declared));
  if (!isNamed || declared.typeParameters?.length) return undefined;
  return declared.getSourceFile().fileName.includes('node_modules') ? undefined : symbol.name;
}

/** A name that no other type has: the file's own name goes before it where there is one. */
function uniqueName(type, name) {
  const known = nameOfType.get(type);
  if (known) return known;
  const taken = new Set([...nameOfType.values(), ...bodies]);
  const [declared] = (type.aliasSymbol ?? type.symbol).declarations;
  const file = declared.getSourceFile().fileName.split('/').at(-1).split('.')[0];
  const prefix = file.replace(/(?:^|-)(\w)/g, (_, letter) => letter.toUpperCase());
  const free = [name, `${prefix}${name}`, ...[2, 3, 4].map((n) => `${name}${n}`)].find(
    (one) => !taken.has(one),
  );
  nameOfType.set(type, free);
  return free;
}

const textOf = (symbol) =>
  ts.displayPartsToString(symbol.getDocumentationComment(checker)).replace(/\s+/g, ' ').trim();
const described = (schema, text) =>
  text === ''
    ? schema
    : schema.$ref
      ? { allOf: [schema], description: text }
      : { ...schema, description: text };

function schemaOf(type) {
  const name = nameOf(type);
  if (!name || isLiteral(type)) return inline(type);
  const unique = uniqueName(type, name);
  if (!(unique in schemas)) {
    schemas[unique] = {};
    const text = textOf(type.aliasSymbol ?? type.symbol);
    schemas[unique] = described(inline(type), text);
  }
  return { $ref: `#/components/schemas/${unique}` };
}

/** Strings, numbers, and what is one of them: said where they stand. */
const isLiteral = (type) =>
  Boolean(type.flags & (F.StringLike | F.NumberLike | F.BooleanLike | F.Null | F.Undefined)) ||
  (type.isUnion() && type.types.every(isLiteral));

function inline(type) {
  const { flags } = type;
  if (flags & (F.Any | F.Unknown)) return {};
  if (flags & F.Never) return { not: {} };
  if (flags & F.Null) return { type: 'null' };
  if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value };
  if (flags & F.BooleanLiteral) return { const: checker.typeToString(type) === 'true' };
  if (flags & F.Boolean) return { type: 'boolean' };
  if (flags & (F.String | F.TemplateLiteral)) return { type: 'string' };
  if (flags & F.Number) return { type: 'number' };
  if (flags & F.NonPrimitive) return { type: 'object' };
  if (type.isUnion()) return union(type.types);
  if (checker.isTupleType(type)) return { type: 'array', items: union(checker.getTypeArguments(type)) };
  if (checker.isArrayType(type)) return { type: 'array', items: schemaOf(checker.getTypeArguments(type)[0]) };
  if (type.symbol?.name === 'Date') return { type: 'string', format: 'date-time' };
  if (flags & (F.Object | F.Intersection)) return object(type);
  throw new Error(`No schema for ${checker.typeToString(type)}`);
}

function union(types) {
  const given = types.filter((one) => !(one.flags & (F.Undefined | F.Void)));
  const strings = given
    .filter((one) => one.isStringLiteral() || one.isNumberLiteral())
    .map(({ value }) => value);
  const isBoolean = given.filter((one) => one.flags & F.BooleanLiteral).length === 2;
  const others = given.filter(
    (one) => !one.isStringLiteral() && !one.isNumberLiteral() && !(isBoolean && one.flags & F.BooleanLiteral),
  );
  const parts = [
    ...(strings.length === 1
      ? [{ const: strings[0] }]
      : strings.length > 1
        ? [{ enum: strings.sort() }]
        : []),
    ...(isBoolean ? [{ type: 'boolean' }] : []),
    ...others.map(schemaOf),
  ];
  const distinct = [...new Map(parts.map((one) => [JSON.stringify(one), one])).values()];
  if (distinct.length === 1) return distinct[0];
  // Two plain types are said at once: { type: ['string', 'null'] }.
  const plain = distinct.every((one) => Object.keys(one).length === 1 && typeof one.type === 'string');
  return plain ? { type: distinct.map(({ type }) => type) } : { anyOf: distinct };
}

function object(type) {
  const properties = {};
  const required = [];
  for (const symbol of checker.getPropertiesOfType(type)) {
    const name = symbol.getName();
    const of = checker.getTypeOfSymbol(symbol);
    if (name.startsWith('__@') || of.getCallSignatures().length > 0) continue;
    const isOptional =
      Boolean(symbol.flags & ts.SymbolFlags.Optional) ||
      Boolean(of.flags & (F.Undefined | F.Unknown)) ||
      (of.isUnion() && of.types.some((one) => one.flags & F.Undefined));
    const isNothing = of.flags & (F.Undefined | F.Never);
    if (isNothing) continue;
    properties[name] = described(schemaOf(of), textOf(symbol));
    if (!isOptional) required.push(name);
  }
  const index = checker.getIndexTypeOfType(type, ts.IndexKind.String);
  return {
    type: 'object',
    ...(Object.keys(properties).length > 0 && { properties: sorted(properties) }),
    ...(required.length > 0 && { required: required.sort() }),
    ...(index && { additionalProperties: index.flags & F.Never ? false : schemaOf(index) }),
  };
}

const sorted = (of) => Object.fromEntries(Object.entries(of).sort(([a], [b]) => (a < b ? -1 : 1)));

/** The schema of what a method answers as JSON; null where it answers nothing, undefined where it sends otherwise. */
function answerOf(method) {
  const signature = checker.getSignatureFromDeclaration(method);
  const type = checker.getAwaitedType(checker.getReturnTypeOfSignature(signature));
  if (type.flags & (F.Void | F.Undefined)) return null;
  // A reply of fastify, which can be awaited and then gives nothing.
  if (type.flags & F.Never) return undefined;
  return schemaOf(type);
}

const decoratorsOf = (node) =>
  (ts.getDecorators(node) ?? []).map(({ expression }) => (expression.expression ?? expression).getText());

for (const file of program.getSourceFiles())
  for (const [, name] of file.text.matchAll(/class (\w+) extends createZodDto/g)) bodies.add(name);

/** Statuses that a method sets, itself or by another one of its class. */
function statusesIn(method, node) {
  const text = method.getText();
  const called = new Set([...text.matchAll(/this\.(\w+)\(/g)].map(([, name]) => name));
  const others = node.members.filter((one) => ts.isMethodDeclaration(one) && called.has(one.name.text));
  const texts = [text, ...others.map((one) => one.getText())];
  const found = texts.flatMap((one) => [...one.matchAll(/\.status\((2\d\d)\)/g)]);
  return [...new Set(found.map(([, status]) => status))].sort();
}

/** The codes of the table of refusals. */
function refusalCodes() {
  const file = program.getSourceFile(join(root, 'src/refusals.ts'));
  const table = file.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => [...declarationList.declarations])
    .find(({ name }) => name.getText() === 'refusals');
  return new Set(checker.getPropertiesOfType(checker.getTypeAtLocation(table)).map(({ name }) => name));
}

const answers = {};
/** Statuses that an operation may answer with beside its own. */
const statuses = {};
const isOwn = ({ fileName, isDeclarationFile }) =>
  !isDeclarationFile && ['src', 'projections'].some((folder) => fileName.startsWith(join(root, folder)));
const refusalsOf = refusalReach(program, refusalCodes(), isOwn);
const refusals = {};
for (const file of program.getSourceFiles()) {
  if (file.isDeclarationFile || !file.fileName.startsWith(join(root, 'src'))) continue;
  ts.forEachChild(file, (node) => {
    if (!ts.isClassDeclaration(node) || !decoratorsOf(node).includes('Controller')) return;
    for (const member of node.members)
      if (ts.isMethodDeclaration(member) && decoratorsOf(member).some((name) => METHODS.has(name))) {
        const answer = answerOf(member);
        const name = `${node.name.text}_${member.name.text}`;
        if (answer !== undefined) answers[name] = answer;
        refusals[name] = refusalsOf(member);
        const also = statusesIn(member, node);
        if (also.length > 0) statuses[name] = also;
      }
  });
}

const written = `${JSON.stringify(
  {
    ...{ answers: sorted(answers), statuses: sorted(statuses) },
    ...{ refusals: sorted(refusals), schemas: sorted(schemas) },
  },
  undefined,
  1,
)}\n`;
if (!process.argv.includes('--check')) {
  mkdirSync(join(root, 'openapi'), { recursive: true });
  writeFileSync(join(root, FILE), written);
} else if (!existsSync(join(root, FILE)) || readFileSync(join(root, FILE), 'utf8') !== written) {
  process.stderr.write(`${FILE} is not what the types of the answers say: node scripts/answers.js\n`);
  process.exitCode = 1;
}
