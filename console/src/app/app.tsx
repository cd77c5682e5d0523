// What all pages stand in: colours, words, the cache of answers, dialogs, and the router.
import {
  createTheme,
  Drawer,
  localStorageColorSchemeManager,
  MantineProvider,
  mergeThemeOverrides,
  Modal,
} from '@mantine/core';
import { DatesProvider } from '@mantine/dates';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import 'dayjs/locale/da';
import 'dayjs/locale/nb';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/errors';
import { makeRouter } from './router';

/** What failed for want of rights or of the record does not get better by asking again. */
const retry = (failures: number, error: unknown): boolean =>
  error instanceof ApiError ? error.status === 503 && failures < 3 : failures < 3;

const queries = new QueryClient({
  defaultOptions: {
    // Asked without a network, too: what is out of reach is told, not waited for in silence.
    queries: { retry, staleTime: 5_000, refetchOnWindowFocus: true, networkMode: 'always' },
    mutations: { retry: false, networkMode: 'always' },
  },
});
const router = makeRouter(queries);

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

const theme = createTheme({
  primaryColor: 'cyan',
  primaryShade: 9,
  defaultRadius: 'sm',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Mono", "Segoe UI Mono", "Liberation Mono", monospace',
  cursorType: 'pointer',
  respectReducedMotion: true,
});
/** Dialogs have a button that closes them, which says so to whoever cannot see it. */
function themeIn(closing: string) {
  const defaultProps = { closeButtonProps: { 'aria-label': closing } };
  const styles = { title: { fontWeight: 600 } };
  return mergeThemeOverrides(theme, {
    components: {
      Modal: Modal.extend({ defaultProps, styles }),
      Drawer: Drawer.extend({ defaultProps, styles }),
    },
  });
}
const colors = localStorageColorSchemeManager({ key: 'strata.colors' });
/** The policy lets in styles of this page alone; the server puts the number into it anew each time. */
const nonce = () => document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
// What holds the page still behind a dialog brings a style, and looks for the number under this name.
Object.assign(globalThis, { __webpack_nonce__: nonce() });

export function App() {
  const { t, i18n } = useTranslation();
  return (
    <MantineProvider
      theme={themeIn(t('actions.close'))}
      colorSchemeManager={colors}
      defaultColorScheme="auto"
      getStyleNonce={nonce}
    >
      <DatesProvider settings={{ locale: i18n.language, firstDayOfWeek: 1 }}>
        <QueryClientProvider client={queries}>
          <ModalsProvider>
            <Notifications position="bottom-right" />
            <RouterProvider router={router} />
          </ModalsProvider>
        </QueryClientProvider>
      </DatesProvider>
    </MantineProvider>
  );
}
