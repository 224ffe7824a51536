/** Style sheets are put into the bundle as texts. */
declare module "*.css" {
  const text: string;
  export default text;
}
