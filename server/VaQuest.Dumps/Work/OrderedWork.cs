// OrderedWork: work done by several threads, begun and taken in order, with a bounded number of jobs under way.
using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace VaQuest.Dumps.Work;

/// <summary>
/// A pipeline of three steps: the caller's thread loads jobs in order, several threads work on them, the caller's thread takes the results
/// in the same order. Job objects are used again and again, so that memory is bounded by their number.
/// </summary>
internal static class OrderedWork
{
    /// <summary>Jobs under way for each worker: one is worked on, one waits, so that no worker waits for the caller.</summary>
    private const int JobsPerWorker = 3;

    /// <summary>
    /// Runs until <paramref name="load"/> has nothing more. Throws what a step throws, or when it is cancelled; no step runs after that.
    /// </summary>
    /// <param name="create">Makes a job; called a few times for each worker.</param>
    /// <param name="load">Fills a job with the next piece of work; false when there is none.</param>
    /// <param name="work">Does the work; runs on several threads, on one job each.</param>
    /// <param name="take">Takes a finished job, in the order of loading.</param>
    /// <param name="workers">Number of threads, at least 1.</param>
    /// <param name="cancellation">Stops between jobs.</param>
    public static void Run<TJob>(
        Func<TJob> create, Func<TJob, bool> load, Action<TJob> work, Action<TJob> take, int workers, CancellationToken cancellation)
        where TJob : class
    {
        var ring = new Slot<TJob>[workers * JobsPerWorker];
        for (int i = 0; i < ring.Length; i++)
        {
            ring[i] = new Slot<TJob>(create());
        }

        using var queue = new BlockingCollection<Slot<TJob>>();
        using var stop = new CancellationTokenSource();
        Task[] tasks = new Task[workers];
        for (int i = 0; i < workers; i++)
        {
            tasks[i] = Task.Factory.StartNew(() => WorkAll(queue, work, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        try
        {
            Feed(ring, queue, load, take, cancellation);
        }
        finally
        {
            stop.Cancel();
            queue.CompleteAdding();
            Task.WaitAll(tasks, CancellationToken.None);
            foreach (Slot<TJob> slot in ring)
            {
                slot.Dispose();
            }
        }
    }

    private static void Feed<TJob>(
        Slot<TJob>[] ring, BlockingCollection<Slot<TJob>> queue, Func<TJob, bool> load, Action<TJob> take, CancellationToken cancellation)
        where TJob : class
    {
        long loaded = 0;
        long taken = 0;
        bool isMore = true;
        while (isMore || taken < loaded)
        {
            cancellation.ThrowIfCancellationRequested();
            if (isMore && loaded - taken < ring.Length)
            {
                Slot<TJob> next = ring[loaded % ring.Length];
                isMore = load(next.Job);
                if (isMore)
                {
                    next.Done.Reset();
                    queue.Add(next, CancellationToken.None);
                    loaded++;
                }

                continue;
            }

            if (taken < loaded)
            {
                Slot<TJob> oldest = ring[taken++ % ring.Length];
                oldest.Done.Wait(cancellation);
                oldest.Error?.Throw();
                take(oldest.Job);
            }
        }
    }

    private static void WorkAll<TJob>(BlockingCollection<Slot<TJob>> queue, Action<TJob> work, CancellationToken stop)
        where TJob : class
    {
        foreach (Slot<TJob> slot in queue.GetConsumingEnumerable(CancellationToken.None))
        {
            if (!stop.IsCancellationRequested)
            {
                slot.Work(work);
            }
        }
    }

    private sealed class Slot<TJob>(TJob job) : IDisposable
        where TJob : class
    {
        public TJob Job => job;

        public ManualResetEventSlim Done { get; } = new(false);

        public ExceptionDispatchInfo? Error { get; private set; }

        public void Work(Action<TJob> work)
        {
            try
            {
                work(job);
            }
#pragma warning disable CA1031 // Handed to the caller's thread, which throws it again.
            catch (Exception error)
#pragma warning restore CA1031
            {
                Error = ExceptionDispatchInfo.Capture(error);
            }

            Done.Set();
        }

        public void Dispose()
        {
            Done.Dispose();
            (job as IDisposable)?.Dispose();
        }
    }
}
