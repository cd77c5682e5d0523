// Every key that is asked for must stand in the English catalogue.
import 'i18next';
import type en from './english';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    resources: typeof en;
    returnNull: false;
  }
}
