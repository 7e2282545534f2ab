/* SPDX-License-Identifier: ISC */
#include "authority/acts.h"

#include <string.h>

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
