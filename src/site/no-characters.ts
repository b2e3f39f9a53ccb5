/** Stands in for OpenCC's table in the widget's build; see vite.config.ts. */
export default '';
