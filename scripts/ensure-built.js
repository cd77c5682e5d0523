// Builds before the first start, so that `npm start` alone is enough on a fresh clone.
const { existsSync } = require('node:fs');
const { execSync } = require('node:child_process');

if (!existsSync('dist/src/main.js')) execSync('npm run -s build', { stdio: 'inherit' });
