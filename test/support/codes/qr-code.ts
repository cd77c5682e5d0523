// Reads a QR code from an SVG as a camera does: what is drawn becomes a picture, and a reader of others finds the code.
import readQrCode from 'jsqr';

/** Pixels to a module. */
const SCALE = 4;
const PIXEL = 4;

/** The text of the code that an SVG shows; undefined where there is none to be read. */
export function textOfSvg(svg: string): string | undefined {
  const size = Number(/viewBox="0 0 (\d+) \1"/.exec(svg)?.[1]) * SCALE;
  const pixels = new Uint8ClampedArray(size * size * PIXEL).fill(255);
  for (const [, x, y, width] of svg.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g))
    for (let row = Number(y) * SCALE; row < (Number(y) + 1) * SCALE; row++) {
      const from = row * size + Number(x) * SCALE;
      for (let at = from; at < from + Number(width) * SCALE; at++)
        pixels.fill(0, at * PIXEL, at * PIXEL + PIXEL - 1);
    }
  return readQrCode(pixels, size, size)?.data;
}
