/** The browser build of mammoth, which takes an ArrayBuffer in Node too. */
declare module 'mammoth/mammoth.browser.min.js' {
  const mammoth: typeof import('mammoth');
  export default mammoth;
}
