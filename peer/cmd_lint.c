/* SPDX-License-Identifier: ISC
 * gmc charter lint, and what lint's findings ask of those who approve. */
#include "charter/lint.h"

#include <string.h>
#include <unistd.h>

#include "peer/cmd.h"

enum { BECAUSE_MAX = 1024, MEMBERS_MAX = 1000000, GROUP_MAX = 1 << 20 };

static size_t count_of(const struct lint *found, size_t n, enum lint_level level)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += found[i].level == level;
	return count;
}

static const char *level_name(const struct lint *l)
{
	return l->level == LINT_ERROR ? "error" : "warning";
}

static void tell(const struct cli *c, const struct lint *found, size_t n)
{
	for (size_t i = 0; i < n; i++)
		term_note(&c->term, "%s: line %u, column %u: %s%s%s (%s)", level_name(&found[i]), (unsigned)found[i].line,
			(unsigned)found[i].column, found[i].pointer, found[i].pointer[0] != '\0' ? ": " : "", found[i].text, found[i].name);
}

static json_t *findings_json(const struct lint *found, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list,
			json_pack("{s:s, s:s, s:s, s:I, s:I, s:s}", "level", level_name(&found[i]), "name", found[i].name, "pointer",
				found[i].pointer, "line", (json_int_t)found[i].line, "column", (json_int_t)found[i].column, "text",
				found[i].text));
	return list;
}

static bool stuck(struct cli *c, size_t errors)
{
	return err_set(
		&c->e, "charter_unwise", "%zu of the findings would leave the group stuck, or contradict the charter itself", errors);
}

static bool told(struct cli *c, struct lint_view *view)
{
	return cmd_count(c, OPT_MEMBERS, MEMBERS_MAX, &view->members) && cmd_count(c, OPT_TURNOUT, 100, &view->turnout);
}

/* As many as the server says, where nothing was said and one is spoken to already: it is advice that rests on it, and nothing else. */
static void ask_server(struct cli *c, struct lint_view *view)
{
	struct err away = { 0 };
	json_t *doc = NULL;
	json_int_t n;

	if (view->members == 0 && c->client != NULL && !options_given(&c->opt, OPT_OFFLINE))
		doc = client_get_json(c->client, "", GROUP_MAX, &away);
	n = json_integer_value(json_object_get(doc, "members"));
	if (n > 0 && n <= MEMBERS_MAX)
		view->members = (uint32_t)n;
	json_decref(doc);
}

static bool lint(struct cli *c, const struct charter *charter)
{
	struct lint_view view = { 0 };
	struct lint found[LINT_MAX];
	size_t n, errors;
	json_t *doc;

	if (!told(c, &view))
		return false;
	n = charter_lint(charter, &view, found);
	errors = count_of(found, n, LINT_ERROR);
	if (c->term.json) {
		doc = findings_json(found, n);
		term_json(&c->term, doc);
		json_decref(doc);
	} else {
		tell(c, found, n);
	}
	return charter_supported(charter, &c->e) && charter_run_tests(charter, &c->e) && (errors == 0 || stuck(c, errors));
}

int cmd_charter_lint(struct cli *c)
{
	struct signed_charter s;
	bool rc;

	if (!cmd_load_charter(c, c->opt.args[0], &s))
		return cmd_fail(c);
	rc = lint(c, s.charter);
	if (rc)
		term_line(&c->term, "charter", "version %u of %s is well formed, and its %zu tests pass", (unsigned)s.charter->version,
			s.charter->group, s.charter->tests_n);
	signed_charter_free(&s);
	return rc ? EXIT_DONE : cmd_fail(c);
}

/* From --because, or whoever sits there. */
static bool ask(struct cli *c, size_t warnings, char out[static BECAUSE_MAX])
{
	const char *given = cmd_option(c, OPT_BECAUSE);

	out[0] = '\0';
	if (given != NULL && strlen(given) < BECAUSE_MAX) {
		memcpy(out, given, strlen(given) + 1);
	} else if (given != NULL) {
		return err_set(&c->e, "bad_argument", "--because takes at most %d bytes", BECAUSE_MAX - 1);
	} else if (isatty(fileno(c->in)) == 1) {
		fflush(c->term.out);
		fprintf(c->term.err, "%zu finding%s above. Why do you approve all the same? ", warnings, warnings == 1 ? "" : "s");
		fflush(c->term.err);
		cmd_line(c, out, BECAUSE_MAX);
	}
	if (out[strspn(out, " \t")] == '\0')
		return err_set(&c->e, "reason_missing",
			"%zu finding%s above: mend the charter, or say why you approve all the same with --because TEXT", warnings,
			warnings == 1 ? " stands" : "s stand");
	return true;
}

static bool keep(struct cli *c, const struct charter *charter, const char *because, const struct lint *found, size_t n)
{
	char digest[DIGEST_TEXT], file[HOME_PATH_MAX], safe[TERM_SAFE];
	json_t *doc;
	bool rc;

	if (!cmd_home(c))
		return false;
	digest_text(&charter->object.digest, digest);
	home_reason_file(&charter->object.digest, file);
	doc = json_pack("{s:s, s:s, s:I, s:I, s:s, s:o}", "charter", digest, "group", charter->group, "version",
		(json_int_t)charter->version, "time", (json_int_t)c->now, "because", because, "findings", findings_json(found, n));
	if (doc == NULL)
		return err_set(&c->e, "bad_argument", "the reason is no UTF-8 text");
	rc = home_write_json(&c->home, file, doc, &c->e);
	json_decref(doc);
	if (rc)
		term_note(&c->term, "%-8s %s (kept as %s)", "because", term_safe(because, safe), file);
	return rc;
}

bool cmd_weigh(struct cli *c, const struct charter *charter)
{
	struct lint found[LINT_MAX];
	char because[BECAUSE_MAX];
	struct lint_view view = { 0 };
	size_t n, errors;

	if (!told(c, &view))
		return false;
	if (charter->version > 1)
		ask_server(c, &view);
	n = charter_lint(charter, &view, found);
	errors = count_of(found, n, LINT_ERROR);
	tell(c, found, n);
	if (errors > 0 && !options_given(&c->opt, OPT_YES))
		return stuck(c, errors);
	return n == 0 || (ask(c, n, because) && keep(c, charter, because, found, n));
}
