// Suites run beside each other while each has a log of its own. Those that have one in common run one after another: the
// jobs that one application is asked for there are carried out by all.
const { EVENTSTORE_URL, GROWING_LOG } = process.env;
const ON_ONE_LOG = Boolean(EVENTSTORE_URL || GROWING_LOG);

module.exports = {
  rootDir: 'dist/test',
  testMatch: ['**/*.spec.js'],
  testPathIgnorePatterns: ['<rootDir>/crash/'],
  transform: {},
  testEnvironment: '<rootDir>/support/jest/environment.js',
  runtime: '<rootDir>/support/jest/runtime.js',
  testSequencer: '<rootDir>/support/jest/longest-first.js',
  globalSetup: '<rootDir>/support/answers/describe-api.js',
  // Only a test that hangs is to end by it: machines are busy, servers take part of the same one, and a log that others
  // wrote to is read from its beginning.
  testTimeout: 240_000,
  // A worker that has ended its suites has nothing left open; on a busy machine its process still takes a while to end.
  workerGracefulExitTimeout: 20_000,
  maxWorkers: ON_ONE_LOG ? 1 : 2,
  // A process keeps some 50 MB of every application that a suite has started in it: it makes room for a new one.
  workerIdleMemoryLimit: '1GB',
};
