import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'

/** Greys with a little blue, so that pictures of people stand out warm against them. */
const dark: MantineColorsTuple = [
  '#dbe2ea',
  '#b9c4d0',
  '#9aa7b6',
  '#66748a',
  '#3a4656',
  '#2c3644',
  '#1e2631',
  '#151b23',
  '#10151b',
  '#0b0f14',
]

export const theme = createTheme({
  primaryColor: 'cyan',
  primaryShade: 9,
  autoContrast: true,
  defaultRadius: 'md',
  colors: { dark },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  headings: { fontWeight: '650' },
  cursorType: 'pointer',
  // Transitions too, which the library would keep.
  respectReducedMotion: true,
  components: {
    // Their <header> would count as another banner of the whole page.
    ModalHeader: { defaultProps: { role: 'presentation' } },
    DrawerHeader: { defaultProps: { role: 'presentation' } },
  },
})

/** The library's quiet colours are too faint for AA on its own grounds, and its buttons under the pointer. */
export const colours: CSSVariablesResolver = ({ colors }) => ({
  variables: { '--mantine-primary-color-filled-hover': '#095c6b' },
  light: {
    '--mantine-color-cyan-filled-hover': '#095c6b',
    '--mantine-color-dimmed': colors.gray[7],
    '--mantine-color-placeholder': colors.gray[7],
    '--mantine-color-error': colors.red[9],
    '--mantine-color-cyan-light-color': '#07505e',
    '--mantine-color-yellow-light-color': '#6b4300',
    '--mantine-color-teal-light-color': '#05543d',
    '--mantine-color-red-light-color': '#8f1a1a',
    '--mantine-color-blue-light-color': '#124d85',
    '--picture-ground': colors.gray[2],
  },
  dark: {
    '--mantine-color-cyan-filled-hover': '#095c6b',
    '--mantine-color-dimmed': dark[2],
    '--mantine-color-placeholder': dark[2],
    '--mantine-color-error': colors.red[4],
    '--picture-ground': dark[6],
  },
})
