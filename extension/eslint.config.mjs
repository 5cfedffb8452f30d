import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["lib/", "celltrail_lab/", "node_modules/", "style/index.js"] },
  {
    files: ["src/**/*.{ts,tsx}"],
    extends: [...tseslint.configs.strict, reactHooks.configs["recommended-latest"]],
    rules: {
      "@typescript-eslint/no-extraneous-class": ["error", { allowWithDecorator: true }],
      "no-console": ["error", { allow: ["warn"] }],
      eqeqeq: "error",
    },
  },
);
