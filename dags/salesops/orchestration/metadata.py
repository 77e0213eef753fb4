"""What Airflow's metadata needs before the first run, and after an Airflow that was cut off."""

from salesops.dag_defaults import WAREHOUSE_POOL


def create_pool() -> None:
    """The pool with one slot that keeps a build's file to one process."""
    from airflow.models.pool import Pool

    description = "A build's file has one process at a time."
    Pool.create_or_update_pool(WAREHOUSE_POOL, slots=1, description=description, include_deferred=False)


def close_interrupted_runs() -> None:
    """Mark as failed what was unfinished when the last Airflow of this home ended: nothing of it runs any more.

    The steps are repeatable, so the next run does that work again, on one build at a time.
    """
    from airflow.models.asset import AssetDagRunQueue
    from airflow.models.dagrun import DagRun
    from airflow.models.taskinstance import TaskInstance
    from airflow.utils.session import create_session
    from airflow.utils.state import DagRunState, State, TaskInstanceState
    from sqlalchemy import delete, or_, select, update

    open_states = (DagRunState.QUEUED, DagRunState.RUNNING)
    unfinished = or_(TaskInstance.state.is_(None), TaskInstance.state.in_([state for state in State.unfinished if state]))
    with create_session() as session:
        for dag_id, run_id in session.execute(select(DagRun.dag_id, DagRun.run_id).where(DagRun.state.in_(open_states))).all():
            of_run = (TaskInstance.dag_id == dag_id, TaskInstance.run_id == run_id, unfinished)
            session.execute(
                update(TaskInstance)
                .where(*of_run)
                .values(state=TaskInstanceState.FAILED)
                .execution_options(synchronize_session=False)
            )
        session.execute(
            update(DagRun)
            .where(DagRun.state.in_(open_states))
            .values(state=DagRunState.FAILED)
            .execution_options(synchronize_session=False)
        )
        session.execute(delete(AssetDagRunQueue))
