/** The package's version; a test holds it to package.json (reading that file at run time fails once bundled). */
export const version = "0.1.0";
