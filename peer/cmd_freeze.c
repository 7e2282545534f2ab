/* SPDX-License-Identifier: ISC
 * gmc charter freeze: administrators stop admissions for a while, alone or together. */
#include <string.h>
#include <unistd.h>

#include "peer/cmd.h"
#include "voting/freeze.h"

enum { FREEZE_FILE_MAX = 64 * 1024 };

/* A duration begins a freeze, and anything else is a file with one. */
static json_t *begin(struct cli *c, int64_t lasts)
{
	struct freeze f = {
		.genesis = c->home.link.genesis, .charter = cmd_in_force(c)->object.digest, .until = c->now + lasts, .iat = c->now
	};

	if (lasts > FREEZE_MAX) {
		err_set(&c->e, "out_of_range", "a freeze lasts at most 30 days");
		return NULL;
	}
	return cmd_sign(c, KIND_FREEZE, freeze_print(&f));
}

static bool may_join(struct cli *c, const struct jws *j)
{
	struct freeze f;
	struct digest thumb;
	char question[160], until[TIME_TEXT];

	if (!freeze_parse(j, &f, &c->e))
		return false;
	if (digest_compare(&f.genesis, &c->home.link.genesis) != 0)
		return err_set(&c->e, "wrong_context", "this freezes another group than %s", c->home.link.group);
	jwk_thumbprint(sig_key_pub(c->key), &thumb);
	if (jws_by(j, &thumb) != NULL)
		return err_set(&c->e, "replayed", "your signature is on this freeze already");
	time_text(f.until, until);
	snprintf(question, sizeof(question), "Stop all admissions to %s until %s, beside %zu who asked for it?", c->home.link.group, until,
		j->n);
	return cmd_confirm(c, question);
}

static json_t *join(struct cli *c, const char *path)
{
	struct buf text = { 0 };
	json_t *file = NULL, *out = NULL;
	struct jws j;

	if (cmd_read_file(c, path, FREEZE_FILE_MAX, &text))
		file = json_read(buf_slice(&text), FREEZE_FILE_MAX, &c->e);
	buf_free(&text);
	if (file != NULL && cmd_envelope(c, file, "freeze", &j)) {
		if (may_join(c, &j))
			out = cmd_cosign(c, KIND_FREEZE, json_object_get(file, "freeze"), &j);
		jws_free(&j);
	}
	json_decref(file);
	return out;
}

static bool send(struct cli *c, json_t *envelope)
{
	json_t *answer = cmd_post_signed(c, "/freezes", "freeze", envelope, KIND_FREEZE, NULL, NULL);
	char until[TIME_TEXT];

	if (answer == NULL)
		return false;
	time_text((int64_t)json_integer_value(json_object_get(answer, "frozen_until")), until);
	term_line(&c->term, "freeze", "nobody is admitted to %s before %s; receipt kept", c->home.link.group, until);
	if (c->term.json)
		term_json(&c->term, answer);
	json_decref(answer);
	return true;
}

static bool may_freeze(struct cli *c)
{
	return cmd_in_force(c)->amending.freeze > 0 || err_set(&c->e, "not_allowed", "the charter lets nobody freeze admissions");
}

/* Enough have signed: it goes to the server. Otherwise, or on --out, to a file for the others. */
static bool deliver(struct cli *c, json_t *envelope)
{
	const size_t n =
		json_is_array(json_object_get(envelope, "signatures")) ? json_array_size(json_object_get(envelope, "signatures")) : 1;
	const uint32_t needed = cmd_in_force(c)->amending.freeze;
	json_t *body;
	bool rc;

	if (cmd_option(c, OPT_OUT) == NULL)
		return n >= needed
			? send(c, envelope)
			: err_set(&c->e, "approvals_missing",
				  "the charter asks %u administrators to freeze together, and %zu signed: --out FILE, and let the "
				  "others run gmc charter freeze FILE",
				  (unsigned)needed, n);
	body = json_pack("{s:O}", "freeze", envelope);
	rc = body != NULL ? cmd_write_json(c, body) : err_memory(&c->e);
	json_decref(body);
	return rc;
}

int cmd_charter_freeze(struct cli *c)
{
	const char *what = c->opt.args[0];
	json_t *envelope = NULL;
	int64_t lasts;
	bool rc = false;

	if (cmd_trust(c) && cmd_key(c) && may_freeze(c))
		envelope = time_duration_parse(what, &lasts) ? begin(c, lasts) : join(c, what);
	if (envelope != NULL)
		rc = deliver(c, envelope);
	json_decref(envelope);
	return rc ? EXIT_DONE : cmd_fail(c);
}
