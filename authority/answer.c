/* SPDX-License-Identifier: ISC */
#include "authority/answer.h"

#include <stdarg.h>
#include <string.h>

enum { MEMBERS_MAX = 256 };

void answer_free(struct answer *a)
{
	if (a == NULL)
		return;
	buf_free(&a->text);
	memset(a, 0, sizeof(*a));
}

bool answer_set(struct answer *a, json_t *doc, const char *id, bool fresh, struct err *e)
{
	bool rc = doc != NULL;

	buf_free(&a->text);
	rc = rc ? json_write(doc, &a->text, e) : err_memory(e);
	json_decref(doc);
	a->fresh = fresh;
	snprintf(a->id, sizeof(a->id), "%s", id);
	return rc;
}

bool answer_receipt(struct answer *a, const char *id, bool fresh, const struct buf *receipt, struct err *e, const char *fmt, ...)
{
	char members[MEMBERS_MAX];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(members, sizeof(members), fmt, ap);
	va_end(ap);
	buf_free(&a->text);
	buf_add_str(&a->text, "{");
	buf_add_str(&a->text, members);
	buf_add_str(&a->text, "\"receipt\":");
	buf_add_slice(&a->text, buf_slice(receipt));
	buf_add_str(&a->text, "}");
	a->fresh = fresh;
	snprintf(a->id, sizeof(a->id), "%s", id);
	return a->text.failed ? err_memory(e) : true;
}

bool answer_object(struct answer *a, const char *name, const struct digest *digest, bool fresh, const struct buf *receipt, struct err *e)
{
	char id[DIGEST_TEXT];

	digest_text(digest, id);
	return answer_receipt(a, id, fresh, receipt, e, "\"%s\":\"%s\",", name, id);
}
