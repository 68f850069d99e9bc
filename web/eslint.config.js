// Lint rules. The layers of src/ only point down: base <- api <- model <- widgets <- features <- app.
import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const layers = ['base', 'api', 'model', 'widgets', 'features', 'app'];
const features = ['search', 'trace', 'status'];

/** Forbids imports from every layer above `layer`. */
function downwardOnly(layer) {
  const above = layers.slice(layers.indexOf(layer) + 1);
  return {
    files: [`src/${layer}/**/*.{ts,tsx}`],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: above.map((name) => `**/${name}/**`), message: `${layer} must not use a layer above it.` }] },
      ],
    },
  };
}

/** Forbids imports from sibling features as well as from app. */
function featureOnly(feature) {
  const others = features.filter((name) => name !== feature);
  return {
    files: [`src/features/${feature}/**/*.{ts,tsx}`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['**/app/**', ...others.map((name) => `**/${name}/**`)], message: 'A feature must not use another feature or app.' },
          ],
        },
      ],
    },
  };
}

export default tseslint.config(
  { ignores: ['target/**', 'node_modules/**', 'dist/**'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ['eslint.config.js', 'build/install.mjs'] }, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'react-hooks': hooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      'no-restricted-syntax': [
        'error',
        { selector: "MemberExpression[object.name='Math'][property.name='random']", message: 'Nothing here may be random.' },
      ],
    },
  },
  { files: ['eslint.config.js', 'build/*.mjs'], ...tseslint.configs.disableTypeChecked },
  ...layers.filter((layer) => layer !== 'features' && layer !== 'app').map(downwardOnly),
  ...features.map(featureOnly),
);
