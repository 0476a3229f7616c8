// LockKindNames: kinds of locks by the name that a user writes and by the type that a kernel declares.
using VaQuest.DebugInfo.Types;
using VaQuest.Kernel.Locks;
using VaQuest.Kernel.Values;

namespace VaQuest.Diagnosis.Explain.Waits;

/// <summary>The names that `vaquest lock` takes, and the structures behind them.</summary>
internal static class LockKindNames
{
    private static readonly (string Name, LockKind Kind, string[] Tags)[] s_kinds =
    [
        ("mutex", LockKind.Mutex, ["mutex"]),
        ("rwsem", LockKind.RwSemaphore, ["rw_semaphore"]),
        ("rt_mutex", LockKind.RtMutex, ["rt_mutex_base", "rt_mutex"]),
        ("semaphore", LockKind.Semaphore, ["semaphore"]),
        ("completion", LockKind.Completion, ["completion"]),
        ("percpu_rwsem", LockKind.PercpuRwSemaphore, ["percpu_rw_semaphore"]),
        ("waitqueue", LockKind.WaitQueue, ["wait_queue_head", "__wait_queue_head"]),
        ("spinlock", LockKind.SpinLock, ["spinlock", "raw_spinlock", "qspinlock"]),
        ("rwlock", LockKind.RwLock, ["rwlock_t", "qrwlock"]),
    ];

    /// <summary>The names, for messages.</summary>
    public static string All { get; } = string.Join(", ", s_kinds.Select(kind => kind.Name));

    /// <summary>The kind behind a name; the structure's tag is taken too. Null for anything else.</summary>
    public static LockKind? Find(string name)
    {
        string plain = name.StartsWith("struct ", StringComparison.Ordinal) ? name["struct ".Length..] : name;
        (string Name, LockKind Kind, string[] Tags) found = Array.Find(s_kinds, kind => kind.Name == plain || kind.Tags.Contains(plain));
        return found.Name is null ? null : found.Kind;
    }

    /// <summary>The name of a kind; null for those that have no page: a bit, a page.</summary>
    public static string? NameOf(LockKind kind) => Array.Find(s_kinds, known => known.Kind == kind).Name;

    /// <summary>The structure of a kind in this kernel, or null.</summary>
    public static string? TagOf(LockKind kind, Func<string, bool> exists) => Array.Find(s_kinds, known => known.Kind == kind).Tags?.FirstOrDefault(exists);

    /// <summary>The kind of a type, or null when it is no lock. With PREEMPT_RT a spinlock_t sleeps: it holds an rt_mutex.</summary>
    public static LockKind? Of(CType type, KernelValues values)
    {
        CType plain = values.Resolve(type);
        LockKind? kind = plain.Name.Length > 0 ? Find(plain.Name) : type is TypedefType { Name: "rwlock_t" } ? LockKind.RwLock : null;
        return kind is LockKind.SpinLock or LockKind.RwLock && plain is StructType structure && structure.FindField("lock.rtmutex") is not null ? LockKind.RtMutex : kind;
    }
}
