// Finds which refusals a method of a controller can end with: those whose codes stand in what it calls, directly or by the
// command and query buses. It takes each function that is named for one that is called, so it may find a refusal too many,
// and none too few that is thrown by its code.
const ts = require('typescript');

/** `codes`: the codes of all refusals. Answers a function from a declaration to the codes in its reach, in order. */
function refusalReach(program, codes, isOwn) {
  const checker = program.getTypeChecker();
  const handlers = new Map();
  /** Methods of classes by those that they stand for, in a class that is extended or an interface. */
  const standing = new Map();
  /** What modules give to classes when they make them, by class: what they call back is written there. */
  const factories = new Map();
  for (const file of program.getSourceFiles()) if (isOwn(file)) ts.forEachChild(file, learn);

  function learn(node) {
    if (!ts.isClassDeclaration(node)) return;
    for (const decorator of ts.getDecorators(node) ?? []) learnFactories(decorator);
    for (const { expression } of ts.getDecorators(node) ?? []) {
      const name = ts.isCallExpression(expression) ? expression.expression.getText() : '';
      if (name !== 'CommandHandler' && name !== 'QueryHandler') continue;
      const message = declarationOf(expression.arguments[0]);
      const execute = node.members.find((one) => one.name?.getText() === 'execute');
      if (message && execute) handlers.set(message, execute);
    }
    for (const { types } of node.heritageClauses ?? [])
      for (const { expression } of types) {
        const base = declarationOf(expression);
        for (const member of base?.members ?? []) {
          const name = member.name?.getText();
          const own = node.members.find((one) => one.name && one.name.getText() === name);
          if (own && name) standing.set(member, [...(standing.get(member) ?? []), own]);
        }
      }
  }

  function learnFactories(node) {
    const named = (name) => node.properties.find((one) => one.name?.getText() === name)?.initializer;
    if (ts.isObjectLiteralExpression(node) && named('provide') && named('useFactory'))
      factories.set(declarationOf(named('provide')), named('useFactory'));
    ts.forEachChild(node, learnFactories);
  }

  /** What an identifier names, where that is ours and something that runs. */
  function declarationOf(node) {
    let symbol = checker.getSymbolAtLocation(node);
    if (symbol && symbol.flags & ts.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol);
    const declared = symbol?.valueDeclaration ?? symbol?.declarations?.[0];
    return declared && isOwn(declared.getSourceFile()) ? declared : undefined;
  }

  const isCode = (node) =>
    ts.isStringLiteralLike(node) &&
    codes.has(node.text) &&
    !isCompared(node) &&
    !ts.isCaseClause(node.parent) &&
    !(ts.isPropertyAssignment(node.parent) && node.parent.name === node);
  const isCompared = ({ parent }) =>
    ts.isBinaryExpression(parent) &&
    [ts.SyntaxKind.EqualsEqualsEqualsToken, ts.SyntaxKind.ExclamationEqualsEqualsToken].includes(
      parent.operatorToken.kind,
    );

  /** The codes in a declaration, and the declarations that it names. */
  const looked = new Map();
  function look(declaration) {
    const known = looked.get(declaration);
    if (known) return known;
    const found = { codes: new Set(), next: new Set() };
    looked.set(declaration, found);
    const also = (one) => one && one !== declaration && found.next.add(one);
    for (const one of standing.get(declaration) ?? []) also(one);
    if (ts.isMethodDeclaration(declaration)) also(factories.get(declaration.parent));
    if (ts.isClassDeclaration(declaration)) {
      also(handlers.get(declaration));
      // Of a class that is named, what runs when one is made; its methods are named where they are called.
      for (const member of declaration.members)
        if (ts.isConstructorDeclaration(member) || ts.isPropertyDeclaration(member)) walk(member);
        // That of a pipe, which is named in a decorator.
        else if (member.name.getText() === 'transform') also(member);
      for (const { types } of declaration.heritageClauses ?? [])
        for (const { expression } of types) also(declarationOf(expression));
    } else walk(declaration);
    return found;

    function walk(node) {
      if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return;
      if (isCode(node)) found.codes.add(node.text);
      if (ts.isIdentifier(node)) {
        const named = declarationOf(node);
        if (named && isRun(named)) also(named);
      }
      ts.forEachChild(node, walk);
    }
  }

  const isRun = (node) =>
    ts.isFunctionDeclaration(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isMethodSignature(node) ||
    ts.isGetAccessorDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isPropertyDeclaration(node) ||
    // What stands in a function has been looked at with it.
    (ts.isVariableDeclaration(node) && node.parent.parent.parent.kind === ts.SyntaxKind.SourceFile);

  return (method) => {
    const seen = new Set([method]);
    const found = new Set();
    for (const one of seen) {
      const { codes: own, next } = look(one);
      for (const code of own) found.add(code);
      for (const other of next) seen.add(other);
    }
    return [...found].sort();
  };
}

module.exports = { refusalReach };
