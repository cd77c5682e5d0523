// Builds before a start when there is no build, or sources are newer than it: `npm start` alone is enough.
const { existsSync, readdirSync, statSync, utimesSync } = require('node:fs');
const { execSync } = require('node:child_process');

const BUILT = 'dist/.tsbuildinfo';
const newest = (folder) =>
  readdirSync(folder, { recursive: true }).reduce(
    (time, file) => Math.max(time, statSync(`${folder}/${file}`).mtimeMs),
    0,
  );
const stale = () =>
  !existsSync(BUILT) || Math.max(newest('src'), newest('projections')) > statSync(BUILT).mtimeMs;

if (stale()) {
  execSync('npm run -s build', { stdio: 'inherit' });
  // Sources that were only touched leave the file as it is.
  utimesSync(BUILT, new Date(), new Date());
}
