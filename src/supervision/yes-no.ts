// A yes or no that comes as text, as clients write it in addresses.
import { z } from 'zod';

/** Python writes `True`, others `TRUE` or `1`. */
export const yesNo = z.preprocess(
  (given) => {
    const text = typeof given === 'string' ? given.toLowerCase() : given;
    return text === '1' ? 'true' : text === '0' ? 'false' : text;
  },
  z.enum(['true', 'false'], 'must be true or false'),
);
