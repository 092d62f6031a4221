/*
 * test_stat_group.c
 *		Group sequential bounds.
 */
#include "pm_stat_group.h"
#include "pm_stat_normal.h"
#include "stat_util.h"

static int	polls;

static void
count_poll(void *arg)
{
	(void) arg;
	polls++;
}

/* 8.5 in the fixture stands for a look that does not stop. */
static void
test_json(void)
{
	const Json *bounds = json_get(stat_json("experiments/group_sequential_bounds.json"), "bounds");
	Worst		worst = {0};

	for (size_t i = 0; bounds != NULL && i < bounds->n; i++)
	{
		int			k = atoi(bounds->keys[i].str);

		for (int s = 0; s < 2; s++)
		{
			const Json *want = json_get(&bounds->items[i], s ? "P" : "OF");
			double		t[PM_GROUP_MAX_LOOKS];
			double		got[PM_GROUP_MAX_LOOKS];

			for (int j = 0; j < k; j++)
				t[j] = (j + 1.0) / k;
			CHECK((int) want->n == k);
			CHECK(pm_group_bounds(t, k, 0.05, s ? PM_SPEND_POCOCK : PM_SPEND_OBRIEN_FLEMING,
								  NULL, NULL, got) == PM_STAT_OK);
			for (int j = 0; j < k; j++)
			{
				double		c = stat_item(want, (size_t) j);

				/*
				 * Beyond six sigma the fixture's own grid shows; the late looks
				 * are what decides.
				 */
				stat_near(got[j], c == 8.5 ? NAN : c, c > 5 ? 2e-5 : 2e-7,
						  s ? "Pocock" : "O'Brien-Fleming", k, &worst);
			}
		}
	}
	if (bounds != NULL)
		stat_report("group_sequential_bounds.json", &worst);
}

static void
test_known(void)
{
	double		t[] = {0.5, 1};
	double		c[4];

	CHECK_NEAR(pm_group_spent(1, 0.05, PM_SPEND_POCOCK), 0.05, 1e-15, "all spent");
	CHECK_NEAR(pm_group_spent(1, 0.05, PM_SPEND_OBRIEN_FLEMING), 0.05, 1e-15, "all spent");
	CHECK_NEAR(pm_group_spent(0.5, 0.05, PM_SPEND_POCOCK), 0.05 * log(1 + (exp(1) - 1) / 2), 1e-15,
			   "half of Pocock");
	/* A single look is the fixed test. */
	CHECK(pm_group_bounds(t + 1, 1, 0.05, PM_SPEND_POCOCK, NULL, NULL, c) == PM_STAT_OK);
	CHECK_NEAR(c[0], 1.959963984540054, 1e-14, "one look");
	/* The first of two spends what it may, whatever follows. */
	CHECK(pm_group_bounds(t, 2, 0.05, PM_SPEND_POCOCK, count_poll, NULL, c) == PM_STAT_OK);
	CHECK_NEAR(2 * pm_norm_sf(c[0]), pm_group_spent(0.5, 0.05, PM_SPEND_POCOCK), 1e-12, "first look");
	CHECK(polls == 2 && c[1] > 1.96);
}

static void
test_errors(void)
{
	double		same[] = {0.5, 0.5};
	double		beyond[] = {0.5, 1.01};
	double		zero[] = {0};
	double		nan[] = {NAN};
	double		one[] = {1};
	double		c[2];

	CHECK(pm_group_bounds(same, 2, 0.05, PM_SPEND_POCOCK, NULL, NULL, c) == PM_STAT_BAD_FRACTION);
	CHECK(pm_group_bounds(beyond, 2, 0.05, PM_SPEND_POCOCK, NULL, NULL, c) == PM_STAT_BAD_FRACTION);
	CHECK(pm_group_bounds(zero, 1, 0.05, PM_SPEND_POCOCK, NULL, NULL, c) == PM_STAT_BAD_FRACTION);
	CHECK(pm_group_bounds(nan, 1, 0.05, PM_SPEND_POCOCK, NULL, NULL, c) == PM_STAT_BAD_FRACTION);
	CHECK(pm_group_bounds(one, 1, 1.5, PM_SPEND_POCOCK, NULL, NULL, c) == PM_STAT_BAD_ALPHA);
	CHECK(pm_group_bounds(one, 0, 0.05, PM_SPEND_POCOCK, NULL, NULL, c) == PM_STAT_BAD_LENGTH);
}

/* Uneven looks, crowded looks, and looks too close: always bounds or NULL. */
static void
test_uneven(void)
{
	uint64_t	seed = 1181783497276652981u;
	double		t[PM_GROUP_MAX_LOOKS];
	double		c[PM_GROUP_MAX_LOOKS];

	for (int run = 0; run < 40; run++)
	{
		int			k = 1 + run % 20;
		double		sum = 0;

		for (int i = 0; i < k; i++)
			t[i] = sum += run % 2 ? pow(10, -4 * stat_random(&seed)) : stat_random(&seed);
		for (int i = 0; i < k; i++)
			t[i] /= sum;
		CHECK(pm_group_bounds(t, k, 0.05, run % 3 ? PM_SPEND_POCOCK : PM_SPEND_OBRIEN_FLEMING,
							  NULL, NULL, c) == PM_STAT_OK);
		for (int i = 0; i < k; i++)
			CHECK(isnan(c[i]) || (c[i] > 1.64 && c[i] < 9));
	}
	/* Two hundred looks. */
	for (int i = 0; i < PM_GROUP_MAX_LOOKS; i++)
		t[i] = (i + 1.0) / PM_GROUP_MAX_LOOKS;
	CHECK(pm_group_bounds(t, PM_GROUP_MAX_LOOKS, 0.05, PM_SPEND_OBRIEN_FLEMING, NULL, NULL, c) ==
		  PM_STAT_OK);
	for (int i = 40; i < PM_GROUP_MAX_LOOKS; i++)
		CHECK(c[i] < c[i - 1]);
	/* A look right behind another has no bound of its own; the next one has. */
	t[0] = 0.3;
	t[1] = 0.3005;
	t[2] = 0.6;
	t[3] = 1;
	CHECK(pm_group_bounds(t, 4, 0.05, PM_SPEND_POCOCK, NULL, NULL, c) == PM_STAT_OK);
	CHECK(!isnan(c[0]) && isnan(c[1]) && !isnan(c[2]) && !isnan(c[3]));
}

/* The bounds are crossed by alpha of the null experiments. */
static void
test_simulated(void)
{
	double		t[] = {0.1, 0.15, 0.5, 0.52, 0.9, 1};
	double		c[6];
	uint64_t	seed = 2685821657736338717u;

	for (int s = 0; s < 2; s++)
	{
		int			crossed = 0;

		CHECK(pm_group_bounds(t, 6, 0.05, s ? PM_SPEND_POCOCK : PM_SPEND_OBRIEN_FLEMING,
							  NULL, NULL, c) == PM_STAT_OK);
		for (int run = 0; run < 100000; run++)
		{
			double		motion = 0;
			bool		hit = false;

			for (int i = 0; i < 6; i++)
			{
				motion += sqrt(t[i] - (i ? t[i - 1] : 0)) *
					pm_norm_quantile(stat_random(&seed) * (1 - 1e-9) + 5e-10);
				hit |= fabs(motion) > c[i] * sqrt(t[i]);
			}
			crossed += hit;
		}
		printf("# simulated: %d of 100000 crossed\n", crossed);
		/* Four standard errors. */
		CHECK(abs(crossed - 5000) < 280);
	}
}

int
main(void)
{
	test_known();
	test_errors();
	test_json();
	test_uneven();
	test_simulated();
	return check_report("stat_group");
}
