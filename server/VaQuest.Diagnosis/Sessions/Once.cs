// Once: a value that is made when first asked for, by one caller, who may give up.
namespace VaQuest.Diagnosis.Sessions;

/// <summary>Like <see cref="Lazy{T}"/>, but a cancelled or failed attempt leaves nothing behind: the next caller tries again.</summary>
internal sealed class Once<T>(Func<CancellationToken, T> make)
    where T : class
{
    private readonly Lock _lock = new();
    private volatile T? _value;

    public T Get(CancellationToken cancellation)
    {
        if (_value is { } made)
        {
            return made;
        }

        lock (_lock)
        {
            cancellation.ThrowIfCancellationRequested();
            return _value ??= make(cancellation);
        }
    }
}
