/* SPDX-License-Identifier: ISC
 * gauthctl log. */
#include "authority/ctl.h"

#include <stdlib.h>
#include <string.h>

#include "base/time.h"

enum { OBJECT_DIGITS = 12 };

static void describe(const struct entry *en, char *out, size_t size)
{
	char member[ID16_TEXT], serial[ID16_TEXT];

	id16_text(&en->member, member);
	id16_text(&en->serial, serial);
	switch (en->event) {
	case EVENT_CHARTER:
		snprintf(out, size, "version %u", (unsigned)en->version);
		return;
	case EVENT_SEEDS:
	case EVENT_APPLICATION:
	case EVENT_PROPOSAL:
	case EVENT_DECISION:
		out[0] = '\0';
		return;
	case EVENT_ISSUED:
		snprintf(out, size, "member %s serial %s", member, serial);
		return;
	case EVENT_LEFT:
	case EVENT_EXPELLED:
	case EVENT_REVOKED:
		snprintf(out, size, "member %s, %s", member, cause_name(en->cause));
		return;
	default:
		snprintf(out, size, "member %s", member);
	}
}

static bool add_row(struct ctl *c, struct table *t, json_t *list, struct slice payload)
{
	char index[24], when[TIME_TEXT], object[DIGEST_TEXT], what[128];
	const char *const cells[] = { index, when, what, object };
	struct entry en;
	json_t *doc;

	if (!entry_parse(payload, &en, &c->e))
		return false;
	snprintf(index, sizeof(index), "%llu", (unsigned long long)en.index);
	time_text(en.time, when);
	digest_text(&en.object, object);
	describe(&en, what, sizeof(what));
	doc = json_read(payload, OBJECT_MAX, &c->e);
	if (doc == NULL || json_array_append_new(list, doc) != 0)
		return err_memory(&c->e);
	object[sizeof("sha256:") - 1 + OBJECT_DIGITS] = '\0'; /* enough for people; --json has all */
	const char *const row[] = { cells[0], cells[1], event_name(en.event), cells[2], cells[3] };
	return table_add(t, row) || err_memory(&c->e);
}

static bool add_page(struct ctl *c, const struct group *g, int64_t *from, struct table *t, json_t *list, bool *more)
{
	static const struct statement st = { "ctl_log", "SELECT payload FROM log WHERE g = $1 AND idx >= $2 ORDER BY idx LIMIT 256" };
	struct db_args a = { 0 };
	PGresult *r;
	bool rc = true;

	arg_int4(&a, g->g);
	arg_int8(&a, *from);
	if (!db_run(c->w->db, &st, &a, &r, &c->e))
		return false;
	for (int i = 0; i < PQntuples(r) && rc; i++)
		rc = add_row(c, t, list, res_bytes(r, i, 0));
	*more = PQntuples(r) == 256;
	*from += PQntuples(r);
	PQclear(r);
	return rc;
}

int ctl_log(struct ctl *c)
{
	const char *given = ctl_value(&c->line, CTL_FROM, 0);
	struct table t = { .titles = { ">index", "time", "event", "about", "object" }, .columns = 5 };
	int64_t from = given == NULL ? 0 : strtoll(given, NULL, 10);
	json_t *list = json_array();
	bool more = true, rc;
	struct group g;

	if (given != NULL && (strspn(given, "0123456789") != strlen(given) || strlen(given) > 15))
		err_set(&c->e, "bad_value", "--from is the number of an entry");
	rc = err_ok(&c->e) && ctl_group(c, false, &g);
	while (rc && more)
		rc = add_page(c, &g, &from, &t, list, &more);
	if (rc && !c->term.json)
		table_print(&c->term, &t);
	table_free(&t);
	if (rc)
		return ctl_document(c, json_pack("{s:o}", "entries", list));
	json_decref(list);
	return ctl_fail(c);
}
