// Draws a QR code as SVG: of no width and height, so that whoever shows it says how large.
import qrcode from 'qrcode-generator';

/** Modules of white around a code, as the standard asks. */
const MARGIN = 4;

/** `text` is ASCII, as a URI is. */
export function qrCodeSvg(text: string): string {
  const code = qrcode(0, 'M');
  code.addData(text);
  code.make();
  const count = code.getModuleCount();
  const rows = Array.from({ length: count }, (_, y) => rowOf(count, y, (x) => code.isDark(y, x)));
  const size = count + 2 * MARGIN;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges">` +
    `<path fill="#fff" d="M0 0h${size}v${size}H0z"/><path d="${rows.join('')}"/></svg>`
  );
}

/** The dark stretches of a row, each as one rectangle. */
function rowOf(count: number, y: number, isDark: (x: number) => boolean): string {
  let path = '';
  for (let x = 0, end: number; x < count; x = end + 1) {
    for (end = x; end < count && isDark(end);) end++;
    if (end > x) path += `M${x + MARGIN} ${y + MARGIN}h${end - x}v1h${x - end}z`;
  }
  return path;
}
