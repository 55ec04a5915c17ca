import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const harbour: MantineColorsTuple = [
  '#edf5fa',
  '#dbe9f2',
  '#b4d2e5',
  '#8abad7',
  '#67a5ca',
  '#4a91bb',
  '#2f7aa6',
  '#1d5f86',
  '#174e6f',
  '#103b55',
];

const brick: MantineColorsTuple = [
  '#fdeeec',
  '#fbdcd9',
  '#f5b5af',
  '#ef8c83',
  '#e5695e',
  '#d94c40',
  '#c9382c',
  '#b3261e',
  '#941d16',
  '#6f130e',
];

const slate: MantineColorsTuple = [
  '#f6f8fa',
  '#eef1f5',
  '#e2e7ed',
  '#d0d7e0',
  '#b3bdc9',
  '#8b97a6',
  '#667383',
  '#4a5665',
  '#303a46',
  '#1b232d',
];

const night: MantineColorsTuple = [
  '#d9e0e8',
  '#b9c3ce',
  '#95a1af',
  '#6b7887',
  '#3d4855',
  '#313b47',
  '#232c36',
  '#1a2129',
  '#141a21',
  '#0f141a',
];

/** Mantine titles a dialog in a `<header>`, which counts as a second banner of the page (axe). */
const dialogDefaults = {
  closeButtonProps: { 'aria-label': 'Close' },
  attributes: { header: { role: 'presentation' } },
  styles: {
    header: { background: 'var(--surface)', padding: '1.25rem 1.5rem 0.75rem' },
    content: { background: 'var(--surface)' },
    title: { fontSize: '1.125rem', fontWeight: 650 },
    body: { padding: '0 1.5rem 1.5rem' },
  },
};

export const theme = createTheme({
  primaryColor: 'harbour',
  primaryShade: { light: 7, dark: 6 },
  colors: { harbour, red: brick, gray: slate, dark: night },
  white: '#ffffff',
  black: slate[9],
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  fontSizes: { md: '0.9375rem' },
  headings: { fontWeight: '650', textWrap: 'balance' },
  respectReducedMotion: true,
  components: {
    Modal: { defaultProps: { ...dialogDefaults, centered: true } },
    Drawer: { defaultProps: dialogDefaults },
  },
});

/** Mantine's greys and reds miss 4.5:1 as text on their own backgrounds; these reach it (WCAG 2.2, 1.4.3). */
export const resolveCssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': slate[0],
    '--mantine-color-dimmed': '#556172',
    '--mantine-color-placeholder': '#667383',
    '--mantine-color-error': '#b3261e',
    '--mantine-color-anchor': harbour[7],
    '--mantine-color-disabled-color': '#5f6b7a',
    '--mantine-color-default-border': slate[3],
    '--surface': '#ffffff',
    '--surface-sunken': slate[1],
    '--hairline': slate[2],
    '--good': '#18794e',
    '--good-soft': '#dff3e7',
    '--bad': '#b3261e',
    '--bad-soft': '#fdeae8',
    '--wait': '#8a5a00',
    '--wait-soft': '#fdf1d7',
    '--calm': '#4a5665',
    '--calm-soft': slate[1],
    '--bar-good': '#3f9c72',
    '--bar-bad': '#d2554b',
    '--bar-wait': '#d9a63a',
  },
  dark: {
    '--mantine-color-body': night[9],
    '--mantine-color-dimmed': '#9aa7b5',
    '--mantine-color-placeholder': '#8794a3',
    '--mantine-color-error': '#ff9b93',
    '--mantine-color-anchor': harbour[3],
    '--mantine-color-disabled-color': '#93a0ae',
    '--mantine-color-harbour-light': '#17303f',
    '--mantine-color-harbour-light-hover': '#1d3b4d',
    '--mantine-color-harbour-light-color': harbour[2],
    '--mantine-color-red-light-color': '#ffa39b',
    '--mantine-color-red-light-hover': '#42201f',
    '--mantine-color-default-border': night[4],
    '--surface': night[7],
    '--surface-sunken': night[8],
    '--hairline': night[5],
    '--good': '#7fd6a8',
    '--good-soft': '#12362a',
    '--bad': '#ffa39b',
    '--bad-soft': '#42201f',
    '--wait': '#f0c674',
    '--wait-soft': '#3b2f14',
    '--calm': '#b9c3ce',
    '--calm-soft': night[6],
    '--bar-good': '#4fb386',
    '--bar-bad': '#e0716a',
    '--bar-wait': '#d9a63a',
  },
});
