/** How TypeScript is compiled for a test; `jsx`: with markup in it. */
const compiled = (jsx) => [
  '@swc/jest',
  {
    jsc: {
      target: 'es2024',
      parser: { syntax: 'typescript', decorators: true, tsx: jsx },
      transform: {
        legacyDecorator: true,
        decoratorMetadata: true,
        react: { runtime: 'automatic', importSource: 'preact' },
      },
    },
    module: { type: 'commonjs' },
  },
];

/** @type {import('jest').Config} */
module.exports = {
  testMatch: ['**/*.spec.{ts,tsx}'],
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/test'],
  testEnvironment: 'node',
  maxWorkers: '100%',
  testSequencer: '<rootDir>/test/sequencer.cjs',
  // Only what hangs takes as long: no test is refused because the machine is busy.
  testTimeout: 300_000,
  moduleNameMapper: { '^@app/(.*)$': '<rootDir>/libs/$1' },
  transform: { '^.+\\.m?[jt]s$': compiled(false), '^.+\\.tsx$': compiled(true) },
  transformIgnorePatterns: ['/node_modules/(?!(@nestjs|cookie|typebox|canonicalize|jose|preact)/)'],
};
