/* SPDX-License-Identifier: ISC */
#include "peer/cmd_asked.h"

#include <string.h>
#include <unistd.h>

enum { ASKED_SECONDS = 60, ASKED_FILE_MAX = 65536 };

json_t *asked_kept(struct cli *c, const char *file)
{
	return home_has(&c->home, file) ? home_read_json(&c->home, file, ASKED_FILE_MAX, &c->e) : NULL;
}

static int granted(struct cli *c, const char *file, const struct id16 *member, const struct sig_key *key)
{
	struct gmc_result gmc;
	char until[16], hex[ID16_TEXT];

	if (!cmd_refresh(c) || !cmd_fetch_certificate(c, member, key, &gmc))
		return -1;
	cmd_date(gmc.not_after, until);
	hex_encode(gmc.serial, sizeof(gmc.serial), hex);
	term_line(&c->term, "issue", "certificate %.8s..., until %s", hex, until);
	c->home.has_member = true;
	c->home.member = *member;
	home_remove(&c->home, file);
	return cmd_write_lists(c) && home_save(&c->home, &c->e) ? EXIT_DONE : cmd_fail(c);
}

static int decided(struct cli *c, const char *outcome, const char *file, const struct id16 *member, const struct sig_key *key)
{
	char safe[TERM_SAFE];
	int rc;

	if (strcmp(outcome, "yes") == 0) {
		rc = granted(c, file, member, key);
		/* the certificate is signed a moment after the decision */
		if (rc < 0 && !err_is(&c->e, "no_certificate") && !err_is(&c->e, "not_found") && !client_is_down(c->client))
			return cmd_fail(c);
		err_clear(rc < 0 ? &c->e : NULL);
		return rc;
	}
	home_remove(&c->home, file);
	term_line(&c->term, "outcome", "%s: the group did not agree", term_safe(outcome, safe));
	return GMC_NOT_MEMBER;
}

static int look(struct cli *c, uint64_t number, const char *file, const struct id16 *member, const struct sig_key *key, bool *told)
{
	char path[CLIENT_PATH_MAX], safe[TERM_SAFE];
	const char *outcome, *needs;
	json_t *doc;
	int rc = -1;

	snprintf(path, sizeof(path), "/proposals/%llu", (unsigned long long)number);
	doc = client_get_json(c->client, path, CLIENT_SMALL * 4, &c->e);
	c->now = c->clock();
	if (doc == NULL && !client_is_down(c->client))
		return cmd_fail(c);
	err_clear(&c->e);
	outcome = json_string_value(json_object_get(doc, "outcome"));
	needs = json_string_value(json_object_get(doc, "needs"));
	if (doc != NULL && !*told) {
		term_line(&c->term, "asked", "the group decides, on proposal %llu: %s", (unsigned long long)number, term_safe(needs, safe));
		*told = true;
	}
	if (outcome != NULL)
		rc = decided(c, outcome, file, member, key);
	json_decref(doc);
	return rc;
}

int asked_await(struct cli *c, uint64_t number, const char *file, const struct id16 *member, const struct sig_key *key)
{
	int64_t wait = ASKED_SECONDS, end;
	bool told = false;
	int rc;

	if (!cmd_duration(c, OPT_WAIT, &wait) || !cmd_client(c))
		return cmd_fail(c);
	for (end = c->clock() + wait;; sleep(1)) {
		rc = look(c, number, file, member, key, &told);
		if (rc >= 0)
			return rc;
		if (c->now >= end)
			break;
	}
	term_note(&c->term, "not decided yet: the same command asks again how it stands");
	return EXIT_WAITING;
}
