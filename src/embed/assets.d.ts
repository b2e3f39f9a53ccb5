/** Vite's address of a file that is served from our own origin. */
declare module '*?url' {
  const url: string;
  export default url;
}
