/*
 * pm_chat.h
 *		Chat prompts: messages, placeholders, conditions.  Include it after
 *		postgres.h.
 */
#ifndef PM_CHAT_H
#define PM_CHAT_H

#include "pm_render.h"

#define PM_CHAT_ROLES "system, developer, user, assistant, tool, function and model"

/*
 * The rendered messages, a jsonb array; what is missing is left to
 * pm_render_end().
 */
extern Jsonb *pm_render_chat(PmRender *render, Jsonb *messages);

/*
 * Raises 22023 with everything that is wrong with the shape of messages to be
 * saved, 42601 for a text in them that does not compile.
 */
extern void pm_check_chat(Jsonb *messages, Jsonb *declarations,
						  const PmCompileOptions *options);

/* Calls visit for every text of the messages that is a template. */
typedef void (*PmChatVisit) (void *ctx, const char *where, const char *src, size_t len);
extern void pm_chat_each_text(Jsonb *messages, PmChatVisit visit, void *ctx);

/* How deep the content of a message may be nested. */
#define PM_CHAT_MAX_DEPTH 64
pg_noreturn extern void pm_chat_too_deep(void);

/* ---- Small questions about the parts of messages. ---- */

/* A member of that type (an enum jbvType); false where there is none. */
extern bool pm_chat_member(JsonbContainer *object, const char *key, int type, JsonbValue *member);
extern bool pm_chat_word_is(const JsonbValue *string, const char *word);
extern bool pm_chat_is_role(const JsonbValue *string);
extern bool pm_chat_is_placeholder(JsonbContainer *element);

#endif							/* PM_CHAT_H */
