// The words of the console: one catalogue, a file for each area and language, fetched when a page needs it.
import i18next, { type BackendModule } from 'i18next';
import { initReactI18next } from 'react-i18next';

export const languages = { en: 'English', nb: 'Norsk', da: 'Dansk' } as const;
export type Language = keyof typeof languages;

const CHOSEN = 'strata.language';
const files = import.meta.glob<{ default: Record<string, unknown> }>('./*/*.json');

const backend: BackendModule = {
  type: 'backend',
  init: () => undefined,
  read: (language, area, done) => {
    const load = files[`./${language}/${area}.json`];
    if (!load) return done(new Error(`No words of ${area} in ${language}`), false);
    load().then(
      ({ default: words }) => done(null, words),
      (error: unknown) => done(error as Error, false),
    );
  },
};

const isLanguage = (name: string): name is Language => name in languages;

/** What was chosen, else the first language of the browser that there is, else English. */
export function preferredLanguage(): Language {
  const chosen = localStorage.getItem(CHOSEN);
  const wanted = [chosen ?? [], navigator.languages].flat();
  // Browsers call Norwegian by its written forms or by neither.
  const named = wanted
    .map((tag) => tag.toLowerCase().split('-')[0]!)
    .map((tag) => (/^n[on]$/.test(tag) ? 'nb' : tag));
  return named.find(isLanguage) ?? 'en';
}

export async function startWords(): Promise<void> {
  i18next.on('languageChanged', (language) => (document.documentElement.lang = language));
  await i18next
    .use(backend)
    .use(initReactI18next)
    .init({
      lng: preferredLanguage(),
      fallbackLng: 'en',
      supportedLngs: Object.keys(languages),
      ns: ['common'],
      defaultNS: 'common',
      // React escapes what it shows.
      interpolation: { escapeValue: false },
      returnNull: false,
    });
}

export function chooseLanguage(language: Language): Promise<unknown> {
  localStorage.setItem(CHOSEN, language);
  return i18next.changeLanguage(language);
}
