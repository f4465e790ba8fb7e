// Colours the SQL in code cells that begin with %%sql. Licence: BSD-3-Clause.
//
// JupyterLab loads a prebuilt extension as a "module federation container": an object with init() and get(), kept in
// window._JUPYTERLAB under the package's name. Bundlers write that object; this one is short enough to write by hand,
// so the extension has no build step and no dependencies. Completion isn't here: Tab asks the kernel, as in any cell.

(window._JUPYTERLAB ??= {})["engineroom-sql"] = (() => {
  // What IPython takes for the sql magic: blank lines and indentation may stand before it, its name ends at a blank.
  const MAGIC = /^\s*%%sql(?!\S).*/;
  const LONGEST_MARGIN = 200; // characters: how far into a cell we look for the magic's name

  let shared; // the modules that JupyterLab shares: {package: {version: {get, loaded}}}

  // CodeMirror breaks when a page holds two copies of it, so take the copy that runs already, else the newest.
  const load = async (name) => {
    const copies = Object.values(shared[name]);
    const factory = await (copies.find((copy) => copy.loaded) ?? copies.at(-1)).get();
    return factory();
  };

  // A language for the whole cell: the magic line, which isn't SQL (a quote in it must not start a string), and then
  // a body that the given SQL parser reads.
  const cellLanguage = async (sqlParser) => {
    const { Language, defineLanguageFacet, languageDataProp } = await load("@codemirror/language");
    const { NodeSet, NodeType, Parser, Tree, parseMixed } = await load("@lezer/common");
    const { styleTags, tags } = await load("@lezer/highlight");

    const data = defineLanguageFacet();
    const names = ["Cell", "Magic", "Body"];
    const nodes = new NodeSet(names.map((name, id) => NodeType.define({ id, name, top: id === 0 }))).extend(
      styleTags({ Magic: tags.meta }),
      languageDataProp.add({ Cell: data }),
    );
    const [cell, magic, body] = nodes.types;
    const withSqlInside = parseMixed((node) => (node.type === body ? { parser: sqlParser } : null));

    class CellParser extends Parser {
      createParse(input, fragments, ranges) {
        const { length } = input;
        const split = MAGIC.exec(input.read(0, length))?.[0].length ?? 0;
        const parts = [new Tree(magic, [], [], split)];
        if (split < length) parts.push(new Tree(body, [], [], length - split));
        const tree = new Tree(cell, parts, [0, split].slice(0, parts.length), length);
        const atOnce = { advance: () => tree, parsedPos: length, stoppedAt: null, stopAt() {} };
        return withSqlInside(atOnce, input, fragments, ranges);
      }
    }
    return new Language(data, new CellParser(), [], "sql-cell");
  };

  const makePlugin = async () => {
    const { EditorExtensionRegistry, IEditorExtensionRegistry, IEditorLanguageRegistry } =
      await load("@jupyterlab/codemirror");
    const { Compartment, EditorState, Prec } = await load("@codemirror/state");

    const activate = async (app, extensions, languages) => {
      const sqlite = await languages.getLanguage("text/x-sqlite");
      const asSql = Prec.highest((await cellLanguage(sqlite.support.language.parser)).extension);
      const asBefore = [];
      const choose = (start) => (MAGIC.test(start) ? asSql : asBefore);

      // In one editor: decide now, and again whenever the text changes.
      const follow = (text) => {
        const language = new Compartment();
        const onChange = EditorState.transactionExtender.of((transaction) => {
          if (!transaction.docChanged) return null;
          const wanted = choose(transaction.newDoc.sliceString(0, LONGEST_MARGIN));
          const current = language.get(transaction.startState);
          return wanted === current ? null : { effects: language.reconfigure(wanted) };
        });
        return [language.of(choose(text)), onChange];
      };

      extensions.addExtension({
        name: "engineroom-sql",
        factory: ({ model }) =>
          model.type === "code" // a notebook's or a console's cell; neither Markdown nor a file
            ? EditorExtensionRegistry.createImmutableExtension(follow(model.sharedModel.getSource()))
            : null,
      });
    };

    return {
      id: "engineroom-sql:plugin",
      description: "Highlights the SQL in cells that begin with %%sql.",
      autoStart: true,
      requires: [IEditorExtensionRegistry, IEditorLanguageRegistry],
      activate,
    };
  };

  return {
    init: (modules) => {
      shared = modules;
    },
    get: async () => {
      const plugin = await makePlugin();
      return () => ({ __esModule: true, default: plugin });
    },
  };
})();
