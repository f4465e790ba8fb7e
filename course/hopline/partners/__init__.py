"""Hopline's partners, as WSGI apps with their state in memory, and the webhooks that PayNow sends.

Example:
    >>> from hopline.partners import Maps
    >>> Maps().distance_m("Baixa", "Alfama")
    1190
"""

from hopline.partners._maps import Maps
from hopline.partners._paynow import PayNow
from hopline.partners._photos import Photos
from hopline.partners._sms import Sms
from hopline.partners._webhook import signature, webhook

__all__ = ["Maps", "PayNow", "Photos", "Sms", "maps", "paynow", "photos", "signature", "sms", "webhook"]

maps, paynow, photos, sms = Maps, PayNow, Photos, Sms
