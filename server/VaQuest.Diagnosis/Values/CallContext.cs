// CallContext: a call, with the frame that made it.
using VaQuest.DebugInfo.Dwarf.Expressions;
using VaQuest.DebugInfo.Dwarf.Variables;

namespace VaQuest.Diagnosis.Values;

/// <summary>Gives what a function had in its registers when it was entered, as far as its caller still knows it.</summary>
internal sealed class CallContext
{
    private readonly FrameContext _caller;
    private readonly DwarfCallSite? _site;
    private readonly bool _isDirect;
    private readonly Absence? _noSite;
    private readonly string _architecture;
    private readonly IReadOnlyList<CallSiteParameter> _parameters;

    /// <param name="caller">The frame that called.</param>
    /// <param name="site">The call's description; null when there is none that surely is of this call.</param>
    /// <param name="noSite">Why there is none.</param>
    /// <param name="isDirect">True when no tail call lies between the call and the function.</param>
    /// <param name="architecture">Whose registers these are.</param>
    public CallContext(FrameContext caller, DwarfCallSite? site, Absence? noSite, bool isDirect, string architecture)
    {
        _caller = caller;
        _site = site;
        _noSite = noSite;
        _isDirect = isDirect;
        _architecture = architecture;
        _parameters = site?.ReadParameters() ?? [];
    }

    /// <summary>What an expression was worth when the function was entered.</summary>
    public ulong? FindValue(byte[] expression, out Absence? reason)
    {
        foreach (CallSiteParameter parameter in _parameters)
        {
            if (parameter.Location.AsSpan().SequenceEqual(expression) && parameter.Value is { } value)
            {
                return Evaluate(value, out reason);
            }

            bool isData = parameter.DataValue is not null && parameter.DataLocation is { } location && MeansDataAt(expression, location);
            if (isData)
            {
                return Evaluate(parameter.DataValue!, out reason);
            }
        }

        return FindKeptRegister(expression, out reason);
    }

    // entry_value(breg5 0; deref) and a data location of breg5 0 mean the same memory.
    private static bool MeansDataAt(byte[] expression, byte[] location) =>
        expression.Length == location.Length + 1 && expression[^1] == 0x06 && expression.AsSpan(0, location.Length).SequenceEqual(location);

    private ulong? Evaluate(byte[] value, out Absence? reason)
    {
        DwarfLocation location = _caller.Evaluate(value, _site!.Entry.Unit);
        reason = location.Reason;
        switch (location.Kind)
        {
            case LocationKind.Memory:
                return location.Address;
            case LocationKind.Value:
                return (ulong)(location.Bits & ulong.MaxValue);
            case LocationKind.Register:
                return _caller.FindRegister(location.Register, out reason);
            default:
                reason ??= Absence.Unknown("the caller does not know it any more");
                return null;
        }
    }

    // A register that every function gives back is the same in the caller as it was at the call.
    private ulong? FindKeptRegister(byte[] expression, out Absence? reason)
    {
        int register = expression is [>= 0x50 and <= 0x6f] ? expression[0] - 0x50 : -1;
        bool isKept = register >= 0 && _isDirect && DwarfRegisterNames.IsCalleeSaved(_architecture, register);
        if (isKept)
        {
            return _caller.FindRegister(register, out reason);
        }

        reason = _noSite ?? Absence.Unknown("the caller does not know it any more");
        return null;
    }
}
