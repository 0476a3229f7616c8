// CType: a C type, the same whether it came from BTF or DWARF.
namespace VaQuest.DebugInfo.Types;

/// <summary>Base of the C type model. Types are immutable; the types they refer to are resolved on first use.</summary>
public abstract class CType
{
    /// <summary>How deep chains of typedefs and qualifiers are followed; real kernels stay below ten.</summary>
    private const int MaxChain = 64;

    /// <summary>Tag or typedef name; empty for anonymous types and for pointers, arrays and functions.</summary>
    public virtual string Name => "";

    /// <summary>Size in bytes, or null when the type is incomplete.</summary>
    public abstract long? ByteSize { get; }

    /// <summary>The type below typedefs and qualifiers; itself when there are none, or when they form a cycle.</summary>
    public CType Unqualified
    {
        get
        {
            CType type = this;
            for (int i = 0; i < MaxChain; i++)
            {
                switch (type)
                {
                    case TypedefType typedef:
                        type = typedef.Target;
                        break;
                    case QualifiedType qualified:
                        type = qualified.Target;
                        break;
                    default:
                        return type;
                }
            }

            return this;
        }
    }
}
