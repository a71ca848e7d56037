import DefaultTheme from 'vitepress/theme';
// oxlint-disable-next-line no-unassigned-import -- a style sheet
import './site.css';

export default DefaultTheme;
